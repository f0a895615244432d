import type { Checked, Rules } from './ajv-rules.ts';
import { isPlainObject } from './plain-object.ts';
import type { Schema } from './schema.ts';
import { hasLongText, tooLong } from './text-length.ts';

/** An array is an object in Meteor's messages. */
const typeName = (value: unknown): string => (value === null ? 'null' : typeof value);
const inField = (path: string): string => (path === '' ? '' : ` in field ${path}`);
const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/**
 * Checks as Meteor's `check()` does, in its order: what is there, key by key, then what is missing.
 * Nothing is coerced, and messages name the field.
 */
export const matchRules: Rules = (schema) => (value) => check(schema, value, '');

function check(schema: Schema, value: unknown, path: string): Checked {
  if (schema.nullable && value === null) return { value };
  if (schema.anyOf) return checkAny(schema.anyOf, value, path);
  if (schema.type === 'object') return checkObject(schema, value, path);
  if (schema.type === 'array') return checkArray(schema, value, path);
  if (schema.type !== undefined && typeof value !== schema.type)
    return { error: `Match error: Expected ${schema.type}, got ${typeName(value)}${inField(path)}` };
  const max = schema.maxTextLength;
  if (max !== undefined && hasLongText(max, value))
    return { error: `Match error: ${tooLong(max)}${inField(path)}` };
  return { value };
}

/** Since nothing is coerced, the value's own type says which alternative is meant. */
function checkAny(schemas: readonly Schema[], value: unknown, path: string): Checked {
  const meant = schemas.find(({ type }) => type === typeof value);
  if (meant) return check(meant, value, path);
  return {
    error: `Match error: Match.OneOf, Match.Maybe or Match.Optional validation failed${inField(path)}`,
  };
}

function checkObject(schema: Schema, value: unknown, path: string): Checked {
  if (Array.isArray(value)) return { error: `Match error: Expected plain object${inField(path)}` };
  if (!isPlainObject(value))
    return { error: `Match error: Expected object, got ${typeName(value)}${inField(path)}` };
  const properties = schema.properties ?? {};
  const read: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) {
      if (schema.additionalProperties === false)
        return { error: `Match error: Unknown key${inField(below(path, name))}` };
      continue;
    }
    const checked = check(property, member, below(path, name));
    if ('error' in checked) return checked;
    read[name] = checked.value;
  }
  const missing = schema.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { error: `Match error: Missing key '${missing}'${inField(path)}` };
  return { value: read };
}

function checkArray(schema: Schema, value: unknown, path: string): Checked {
  if (!Array.isArray(value))
    return { error: `Match error: Expected array, got ${typeName(value)}${inField(path)}` };
  const { items, maxItems } = schema;
  if (maxItems !== undefined && value.length > maxItems)
    return { error: `Match error: must NOT have more than ${maxItems} items${inField(path)}` };
  const read: unknown[] = [];
  for (const [index, item] of value.entries()) {
    const checked = items ? check(items, item, `${path}[${index}]`) : { value: item };
    if ('error' in checked) return checked;
    read.push(checked.value);
  }
  return { value: read };
}
