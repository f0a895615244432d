import { evaluateLet } from '../aggregate/pipeline.ts';
import type { VariableValues } from '../aggregate/scope.ts';
import { equalValues } from '../bson/compare.ts';
import { parseSort } from '../bson/sort-compare.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import type { Hint, Query } from '../planner/plan.ts';
import { parseFilter } from '../query/parse-filter.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';

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
  given: {
    filter: Document | undefined;
    sort?: Document | undefined;
    hint?: Value | undefined;
    variables?: VariableValues | undefined;
  },
  collection: Collection | undefined,
): Query {
  const filter = parseFilter(given.filter ?? {});
  const hint = parseHint(given.hint, collection);
  const { variables } = given;
  if (given.sort && isNatural(given.sort)) {
    const natural = Number(String(given.sort.$natural)) < 0 ? -1 : 1;
    return { filter, sort: [], hint: hint ?? { natural }, variables };
  }
  return { filter, sort: parseSort(given.sort ?? {}), hint, variables };
}

/** The values of a command's `let`, and the time of the command as `NOW`. */
export function variablesOf(engine: Engine, args: Arguments): VariableValues {
  const definitions = args.document('let');
  const now = ['NOW', engine.clock()] as const;
  return new Map(definitions ? [...evaluateLet(definitions), now] : [now]);
}

/** MongoDB's error where a collection must exist. */
export const namespaceNotFound = (ns: string): MongoError =>
  new MongoError(ErrorCode.NamespaceNotFound, `ns not found ${ns}`);
