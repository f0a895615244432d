/**
 * Request schemas as data. Each corresponds to Rocket.Chat's own schema for the parameter, so that the validation
 * chains made from it (`params.ts`) produce Rocket.Chat's messages.
 */
export type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'any';

export interface Schema<T = unknown> {
  readonly kind: Kind;
  readonly optional?: boolean;
  readonly nullable?: boolean;
  /** For an object: its properties, in the order in which Rocket.Chat checks them. */
  readonly properties?: Readonly<Record<string, Schema>>;
  /** For an object: whether other properties are refused. */
  readonly closed?: boolean;
  /** For an array: the schema of each item. */
  readonly items?: Schema;
  readonly minItems?: number;
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
  /** For `any`: the alternatives; the first that fits reads the value. */
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
/** Any JSON value; the handler must check it before use. */
export const any = (): Schema<unknown> => ({ kind: 'any' });
/** What the first of several schemas that fits reads. */
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

/** An object that refuses other properties. */
export const object = <P extends Properties>(properties: P): Schema<ReadObject<P>> => ({
  kind: 'object',
  properties,
  closed: true,
});

/** An object that tolerates, and drops, other properties. */
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
