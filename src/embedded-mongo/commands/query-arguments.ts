import { equalValues } from '../bson/compare.ts';
import { parseSort } from '../bson/sort-compare.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { ErrorCode, failedToParse, MongoError, notImplemented } from '../errors.ts';
import type { Hint, Query } from '../planner/plan.ts';
import { parseFilter } from '../query/parse-filter.ts';
import type { Collection } from '../storage/catalog.ts';

const isNatural = (key: Document): boolean => Object.hasOwn(key, '$natural');

/** The index that a hint means. One that is none gets a name that no index has, which planning refuses. */
export function parseHint(hint: Value | undefined, collection: Collection | undefined): Hint | undefined {
  if (hint === undefined || (isDocument(hint) && Object.keys(hint).length === 0)) return undefined;
  if (typeof hint === 'string') return { index: hint };
  if (!isDocument(hint)) throw failedToParse('Hint must be a string or an object');
  if (isNatural(hint)) return { natural: Number(String(hint.$natural)) < 0 ? -1 : 1 };
  return { index: collection?.indexes.find((index) => equalValues(index.spec.key, hint))?.name ?? '' };
}

/** Reads what `find` and its like say about which documents are wanted and in which order. */
export function parseQuery(
  given: { filter: Document | undefined; sort?: Document | undefined; hint?: Value | undefined },
  collection: Collection | undefined,
): Query {
  const filter = parseFilter(given.filter ?? {});
  const hint = parseHint(given.hint, collection);
  if (given.sort && isNatural(given.sort)) {
    const natural = Number(String(given.sort.$natural)) < 0 ? -1 : 1;
    return { filter, sort: [], hint: hint ?? { natural } };
  }
  return { filter, sort: parseSort(given.sort ?? {}), hint };
}

/** Refuses variables: they are only served in pipelines. */
export function refuseLet(value: Document | undefined): void {
  if (value && Object.keys(value).length > 0) throw notImplemented('let outside of aggregate');
}

/** MongoDB's error where a collection must exist. */
export const namespaceNotFound = (ns: string): MongoError =>
  new MongoError(ErrorCode.NamespaceNotFound, `ns not found ${ns}`);
