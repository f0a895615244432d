import type { Schema } from './schema.ts';

/** A value in the type its schema asks for, or that it cannot be one. */
export type Coerced = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

const refused: Coerced = { ok: false };
const accepted = (value: unknown): Coerced => ({ ok: true, value });

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Coerces as Rocket.Chat's ajv does: numbers and booleans become strings, numeric text a number,
 * `"true"` a boolean, and, in query strings (`arrays`), a lone value an array and a one-element array its element.
 */
export function coerce(schema: Schema, value: unknown, arrays: boolean): Coerced {
  if (schema.kind === 'any') return accepted(value);
  if (schema.nullable && isTakenForNull(schema.kind, value)) return accepted(null);
  const wrapped = arrays && schema.kind !== 'array' && Array.isArray(value) && value.length === 1;
  // Rocket.Chat's ajv leaves a text in its array where null would do too.
  const lone = wrapped && !(schema.nullable && schema.kind === 'string');
  return coerceTo[schema.kind](lone ? (value as unknown[])[0] : value, arrays);
}

const empty: ReadonlySet<unknown> = new Set([null, '', 0, false]);

/** Whatever is empty, where the type itself has no place for it. */
function isTakenForNull(kind: Schema['kind'], value: unknown): boolean {
  if (kind === 'object' || kind === 'array') return empty.has(value);
  return value === null || (value === '' && kind !== 'string');
}

const coerceTo: Record<Exclude<Schema['kind'], 'any'>, (value: unknown, arrays: boolean) => Coerced> = {
  string: (value) => {
    if (typeof value === 'string') return accepted(value);
    if (typeof value === 'number' || typeof value === 'boolean') return accepted(String(value));
    return value === null ? accepted('') : refused;
  },
  number: (value) => {
    if (typeof value === 'number') return accepted(value);
    if (value === null || typeof value === 'boolean') return accepted(Number(value));
    return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
      ? accepted(Number(value))
      : refused;
  },
  boolean: (value) => {
    if (typeof value === 'boolean') return accepted(value);
    if (value === 'true' || value === 1) return accepted(true);
    return value === 'false' || value === 0 || value === null ? accepted(false) : refused;
  },
  object: (value) => (isPlainObject(value) ? accepted(value) : refused),
  array: (value, arrays) => {
    if (Array.isArray(value)) return accepted(value);
    return arrays && value !== undefined && !isPlainObject(value) ? accepted([value]) : refused;
  },
};
