// Short ways to write typed values and documents in the stories of the embedded database.
import { Double, EJSON, Int32, Long } from 'bson';
import { compileSort, type SortPart } from '../../src/embedded-mongo/bson/sort-compare.ts';
import type { Document, Value } from '../../src/embedded-mongo/bson/types.ts';
import { compileFilter } from '../../src/embedded-mongo/query/matcher.ts';
import { parseFilter } from '../../src/embedded-mongo/query/parse-filter.ts';
import type { UpdateContext, UpdateOptions } from '../../src/embedded-mongo/update/apply-update.ts';
import { compileUpdate } from '../../src/embedded-mongo/update/apply-update.ts';

export const int = (value: number): Int32 => new Int32(value);
export const double = (value: number): Double => new Double(value);
export const long = (value: bigint | number): Long => Long.fromBigInt(BigInt(value));

/** JSON as BSON: whole numbers become Int32, others Double. */
export function typed(json: unknown): Value {
  if (typeof json === 'number') return Number.isInteger(json) ? int(json) : double(json);
  if (Array.isArray(json)) return json.map(typed);
  if (typeof json === 'object' && json !== null && Object.getPrototypeOf(json) === Object.prototype) {
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, typed(value)]));
  }
  return json as Value;
}

export const doc = (json: object): Document => typed(json) as Document;

/** Documents in the order of a sort. */
export function sortedBy(parts: readonly SortPart[], documents: readonly Document[]): Document[] {
  const sorter = compileSort(parts);
  const keyed = documents.map((document) => ({ document, key: sorter.keyOf(document) }));
  return keyed.sort((a, b) => sorter.compareKeys(a.key, b.key)).map(({ document }) => document);
}

/** The pace of work that nobody waits for. */
export const unhurried = { isOver: () => false, pause: async () => undefined };

/** Values with their types as text, in which they compare. */
export const shown = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : (JSON.parse(EJSON.stringify({ value }, { relaxed: false })) as { value: unknown }).value;

export const matches = (filter: object, document: object): boolean =>
  compileFilter(parseFilter(doc(filter))).matches(doc(document));

/** What an update makes of a document. */
export function updated(
  document: object,
  update: object,
  options: UpdateOptions & Partial<UpdateContext> = {},
): Document {
  const compiled = compileUpdate(typed(update) as Document | Document[], options);
  return compiled.apply(doc(document), { now: new Date(0), ...options }).document;
}

/** The code of the error that a function throws. */
export function codeOf(run: () => unknown): number | undefined {
  try {
    run();
  } catch (error) {
    return (error as { code?: number }).code;
  }
  return undefined;
}
