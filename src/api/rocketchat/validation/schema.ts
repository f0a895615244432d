/**
 * Request schemas as data: each says what Rocket.Chat's own schema for the parameter says, so that the
 * validation chains made from it (`params.ts`) give Rocket.Chat's own messages.
 */
export type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'any';

export interface Schema<T = unknown> {
  readonly kind: Kind;
  readonly optional?: boolean;
  readonly nullable?: boolean;
  /** Of an object: its properties, in the order in which Rocket.Chat checks them. */
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Of an object: properties that are not named are refused. */
  readonly closed?: boolean;
  /** Of an array: what each item is. */
  readonly items?: Schema;
  readonly minItems?: number;
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
  /** Of `any`: what it must be one of; the first that fits reads it. */
  readonly anyOf?: readonly Schema[];
  /** Carries the type; no value has this member. */
  readonly type?: T;
}

/** The type that a schema reads. */
export type Read<S> = S extends Schema<infer T> ? T : never;

type Properties = Readonly<Record<string, Schema>>;
type OptionalKeys<P extends Properties> = {
  [K in keyof P]: P[K] extends { optional: true } ? K : never;
}[keyof P];
export type ReadObject<P extends Properties> = { [K in Exclude<keyof P, OptionalKeys<P>>]: Read<P[K]> } & {
  [K in OptionalKeys<P>]?: Read<P[K]> | undefined;
};

export const string = (): Schema<string> => ({ kind: 'string' });
export const number = (): Schema<number> => ({ kind: 'number' });
export const boolean = (): Schema<boolean> => ({ kind: 'boolean' });
/** Anything that JSON can say; the handler must check it before it uses it. */
export const any = (): Schema<unknown> => ({ kind: 'any' });
/** What one of several schemas reads, the first that can. */
export const anyOf = <S extends Schema[]>(...schemas: S): Schema<Read<S[number]>> => ({
  kind: 'any',
  anyOf: schemas,
});
export const matching = (pattern: RegExp): Schema<string> => ({ kind: 'string', pattern });
export const oneOf = <const T extends string>(...values: T[]): Schema<T> => ({
  kind: 'string',
  oneOf: values,
});
export const arrayOf = <T>(items: Schema<T>, minItems = 0): Schema<T[]> => ({
  kind: 'array',
  items,
  minItems,
});

/** An object that refuses properties which are not named. */
export const object = <P extends Properties>(properties: P): Schema<ReadObject<P>> => ({
  kind: 'object',
  properties,
  closed: true,
});

/** An object that tolerates, and drops, properties which are not named. */
export const openObject = <P extends Properties>(properties: P): Schema<ReadObject<P>> => ({
  kind: 'object',
  properties,
});

export const optional = <T>(schema: Schema<T>): Schema<T> & { optional: true } => ({
  ...schema,
  optional: true,
});
export const nullable = <T>(schema: Schema<T>): Schema<T | null> =>
  ({ ...schema, nullable: true }) as Schema<T | null>;
