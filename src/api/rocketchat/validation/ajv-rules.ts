import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import type { Schema } from './schema.ts';
import { hasLongText, tooLong } from './text-length.ts';

/** What a check found: the value in its type, or the one sentence that says what is wrong with it. */
export type Checked = { readonly value: unknown } | { readonly error: string };

/** Checks one value, and coerces it in place; the value must be the caller's own. */
export type Check = (value: unknown) => Checked;

/** A validation dialect: makes the check of a schema. `inQuery` is set for query strings, where a list may be lone. */
export type Rules = (schema: Schema, inQuery: boolean) => Check;

/**
 * Checks and coerces by ajv, set up as Rocket.Chat does: it stops at the first error, and does not say where it is.
 * A schema is compiled when it is first needed, which takes milliseconds.
 */
export const ajvRules: Rules = (schema, inQuery) => {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= (inQuery ? queryAjv : bodyAjv).compile({ properties: { value: schema } });
    const held = { value };
    if (validate(held)) return held;
    return { error: (validate.errors ?? []).map(({ message }) => message).join('\n ') };
  };
};

function createAjv(coerceTypes: true | 'array'): Ajv {
  const ajv = new Ajv({ coerceTypes, strictTypes: false });
  ajv.addVocabulary(['isOptional']);
  ajv.addKeyword({ keyword: 'isFinite', error: { message: 'must be number' }, validate: isFiniteIfNumber });
  // Instead of ajv's `maxLength`, which looks at every character of however long a text.
  ajv.addKeyword({
    keyword: 'maxTextLength',
    error: { message: ({ schema }) => tooLong(schema) },
    validate: (max: number, value: unknown) => !hasLongText(max, value),
  });
  ajv.addKeyword({ keyword: 'dropsUnnamed', type: 'object', modifying: true, compile: dropUnnamed });
  return ajv;
}

/** ajv takes a text like `1e999` for a number, which nothing that is stored or counted can be. */
const isFiniteIfNumber = (_: boolean, value: unknown): boolean =>
  typeof value !== 'number' || Number.isFinite(value);

const dropUnnamed = (_: boolean, { properties }: AnySchemaObject) => {
  return (value: Record<string, unknown>): boolean => {
    for (const name of Object.keys(value)) if (!Object.hasOwn(properties, name)) delete value[name];
    return true;
  };
};

const bodyAjv = createAjv(true);
const queryAjv = createAjv('array');
