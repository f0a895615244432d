import { maxLengths, maxListItems, type TextKind } from '../../../domain/text/max-lengths.ts';

/**
 * Request schemas, in JSON Schema as ajv reads it. Each corresponds to Rocket.Chat's own schema for the parameter, and
 * carries the type that it reads.
 */
export interface Schema<T = unknown> {
  readonly type?: 'string' | 'number' | 'boolean' | 'object' | 'array';
  /** For a property: it may be missing. */
  readonly isOptional?: true;
  readonly nullable?: true;
  /** For a number: text for a number that is too large is refused. */
  readonly isFinite?: true;
  /** For an object: its properties, in the order in which Rocket.Chat checks them. */
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** For an object: other properties are refused. */
  readonly additionalProperties?: false;
  /** For an object: other properties are dropped. */
  readonly dropsUnnamed?: true;
  /** For an array: the schema of each item. */
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** The most characters that a text, or each text in a value of another type, may have. */
  readonly maxTextLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** The alternatives; the first that fits reads the value. */
  readonly anyOf?: readonly Schema[];
  /** The alternatives of which exactly one fits, which reads the value. */
  readonly oneOf?: readonly Schema[];
  /** Carries the type; no value has this member. */
  readonly reads?: T;
}

/** The type that a schema reads. */
export type Read<S> = S extends Schema<infer T> ? T : never;

type Properties = Readonly<Record<string, Schema>>;
type OptionalKeys<P extends Properties> = {
  [K in keyof P]: P[K] extends { isOptional: true } ? K : never;
}[keyof P];
export type ReadObject<P extends Properties> = { [K in Exclude<keyof P, OptionalKeys<P>>]: Read<P[K]> } & {
  [K in OptionalKeys<P>]?: Read<P[K]> | undefined;
};

export const string = (kind: TextKind): Schema<string> => ({
  type: 'string',
  maxTextLength: maxLengths[kind],
});
export const number = (): Schema<number> => ({ type: 'number', isFinite: true });
export const boolean = (): Schema<boolean> => ({ type: 'boolean' });
/** Any JSON value whose texts are no longer than this kind; the handler must check it before use. */
export const any = (kind: TextKind): Schema<unknown> => ({ maxTextLength: maxLengths[kind] });
/** An object with any members whose texts are no longer than this kind. */
export const record = (kind: TextKind): Schema<Readonly<Record<string, unknown>>> => ({
  type: 'object',
  maxTextLength: maxLengths[kind],
});
/** What the first of several schemas that fits reads. */
export const anyOf = <S extends Schema[]>(...schemas: S): Schema<Read<S[number]>> => ({ anyOf: schemas });
/** What the one of several schemas reads that fits. */
export const exactlyOneOf = <S extends Schema[]>(...schemas: S): Schema<Read<S[number]>> => ({
  oneOf: schemas,
});
export const matching = (pattern: RegExp, kind: TextKind): Schema<string> => ({
  ...string(kind),
  pattern: pattern.source,
});
export const oneOf = <const T extends string>(...values: T[]): Schema<T> => ({
  type: 'string',
  enum: values,
});
export const arrayOf = <T>(items: Schema<T>, minItems = 0): Schema<T[]> => ({
  type: 'array',
  items,
  minItems,
  maxItems: maxListItems,
});

const objectOf = (properties: Properties): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !properties[name]?.isOptional),
});

/** An object that refuses other properties. */
export const object = <P extends Properties>(properties: P): Schema<ReadObject<P>> =>
  ({ ...objectOf(properties), additionalProperties: false }) as Schema<ReadObject<P>>;

/** An object that tolerates, and drops, other properties. */
export const openObject = <P extends Properties>(properties: P): Schema<ReadObject<P>> =>
  ({ ...objectOf(properties), dropsUnnamed: true }) as Schema<ReadObject<P>>;

export const optional = <T>(schema: Schema<T>): Schema<T> & { isOptional: true } => ({
  ...schema,
  isOptional: true,
});
export const nullable = <T>(schema: Schema<T>): Schema<T | null> =>
  ({ ...schema, nullable: true }) as Schema<T | null>;
