import { coerce, isPlainObject } from './coerce.ts';
import type { Schema } from './schema.ts';

/** What a check found: the value in its type, or the one sentence that says what is wrong with it. */
export type Checked = { readonly value: unknown } | { readonly error: string };

/** A validation dialect: `path` names the value in messages that name one; `arrays` is set for query strings. */
export type Rules = (schema: Schema, value: unknown, path: string, arrays: boolean) => Checked;

/** Checks and coerces in the order and with the messages of Rocket.Chat's ajv, which stops at the first error. */
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

function checkObject(schema: Schema, value: unknown, path: string, arrays: boolean): Checked {
  const given = isPlainObject(value) ? value : {};
  const properties = Object.entries(schema.properties ?? {});
  for (const [name, property] of properties) {
    if (!property.optional && given[name] === undefined)
      return { error: `must have required property '${name}'` };
  }
  if (schema.closed && Object.keys(given).some((name) => !Object.hasOwn(schema.properties ?? {}, name))) {
    return { error: 'must NOT have additional properties' };
  }
  const read = new Map<string, unknown>();
  for (const [name, property] of properties) {
    if (given[name] === undefined) continue;
    const checked = ajvRules(property, given[name], `${path}.${name}`, arrays);
    if ('error' in checked) return checked;
    read.set(name, checked.value);
  }
  // Checked in the schema's order, given in the sender's: what is stored and answered is what was sent.
  const sent = Object.keys(given).filter((name) => read.has(name));
  return { value: Object.fromEntries(sent.map((name) => [name, read.get(name)])) };
}

function checkArray(schema: Schema, values: readonly unknown[], path: string, arrays: boolean): Checked {
  const { items, minItems = 0 } = schema;
  if (values.length < minItems) return { error: `must NOT have fewer than ${minItems} items` };
  if (!items) return { value: values };
  const read: unknown[] = [];
  for (const [index, value] of values.entries()) {
    const checked = ajvRules(items, value, `${path}[${index}]`, arrays);
    if ('error' in checked) return checked;
    read.push(checked.value);
  }
  return { value: read };
}
