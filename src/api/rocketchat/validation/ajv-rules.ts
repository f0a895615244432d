import { coerce, isPlainObject } from './coerce.ts';
import type { Schema } from './schema.ts';

/** What a check found: the value in its type, or the one sentence that says what is wrong with it. */
export type Checked = { readonly value: unknown } | { readonly error: string };

/** A validation dialect: `path` names the value in messages that name one; `arrays` is set for query strings. */
export type Rules = (schema: Schema, value: unknown, path: string, arrays: boolean) => Checked;

/**
 * Checks and coerces in the order and with the messages of Rocket.Chat's ajv, which stops at the first error and does
 * not say where it is.
 */
export const ajvRules: Rules = (schema, value, path, arrays) => {
  if (schema.anyOf) return checkAnyOf(schema.anyOf, value, path, arrays);
  const coerced = coerce(schema, value, arrays);
  if (!coerced.ok) return { error: `must be ${schema.kind}` };
  if (schema.kind === 'object' && coerced.value !== null)
    return checkObject(schema, coerced.value, path, arrays);
  if (schema.kind === 'array' && coerced.value !== null)
    return checkArray(schema, coerced.value as unknown[], path, arrays);
  if (typeof coerced.value === 'string') {
    if (schema.pattern && !schema.pattern.test(coerced.value)) {
      return { error: `must match pattern "${schema.pattern.source}"` };
    }
    if (schema.oneOf && !schema.oneOf.includes(coerced.value)) {
      return { error: 'must be equal to one of the allowed values' };
    }
  }
  return { value: coerced.value };
};

function checkAnyOf(schemas: readonly Schema[], value: unknown, path: string, arrays: boolean): Checked {
  const errors: string[] = [];
  for (const schema of schemas) {
    const checked = ajvRules(schema, value, path, arrays);
    if (!('error' in checked)) return checked;
    errors.push(checked.error);
  }
  return { error: [...errors, 'must match a schema in anyOf'].join('\n ') };
}

type Property = readonly [name: string, schema: Schema];

/** The properties of a schema as a list, made once for all requests. */
const propertyLists = new WeakMap<Schema, readonly Property[]>();

function propertiesOf(schema: Schema): readonly Property[] {
  const known = propertyLists.get(schema);
  if (known) return known;
  const properties = Object.entries(schema.properties ?? {});
  propertyLists.set(schema, properties);
  return properties;
}

function checkObject(schema: Schema, value: unknown, path: string, arrays: boolean): Checked {
  const given = isPlainObject(value) ? value : {};
  const names = Object.keys(given);
  const properties = propertiesOf(schema);
  for (const [name, property] of properties) {
    if (!property.optional && given[name] === undefined)
      return { error: `must have required property '${name}'` };
  }
  if (schema.closed && names.some((name) => !Object.hasOwn(schema.properties ?? {}, name))) {
    return { error: 'must NOT have additional properties' };
  }
  const values = new Map<string, unknown>();
  for (const [name, property] of properties) {
    if (given[name] === undefined) continue;
    const checked = ajvRules(property, given[name], path, arrays);
    if ('error' in checked) return checked;
    values.set(name, checked.value);
  }
  // Checked in the schema's order, given in the sender's: what is stored and answered is what was sent.
  const read: Record<string, unknown> = {};
  for (const name of names) if (values.has(name)) read[name] = values.get(name);
  return { value: read };
}

function checkArray(schema: Schema, values: readonly unknown[], path: string, arrays: boolean): Checked {
  const { items, minItems = 0 } = schema;
  if (values.length < minItems) return { error: `must NOT have fewer than ${minItems} items` };
  if (!items) return { value: values };
  const read: unknown[] = [];
  for (const value of values) {
    const checked = ajvRules(items, value, path, arrays);
    if ('error' in checked) return checked;
    read.push(checked.value);
  }
  return { value: read };
}
