import { evaluateLet } from '../aggregate/pipeline.ts';
import type { VariableValues } from '../aggregate/scope.ts';
import { equalValues } from '../bson/compare.ts';
import { toDouble } from '../bson/numeric.ts';
import { parseSort } from '../bson/sort-compare.ts';
import { type Document, isDocument, isNumeric, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { badValue, ErrorCode, failedToParse, MongoError } from '../errors.ts';
import type { Hint, Query } from '../planner/plan.ts';
import { checkExpressions } from '../query/matcher.ts';
import { parseFilter } from '../query/parse-filter.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';

/**
 * The direction of `{$natural: …}`; undefined for any other key. Throws BadValue (2) if it is combined with
 * others.
 */
function naturalOrder(key: Document, what: 'sort' | 'hint'): 1 | -1 | undefined {
  if (!Object.hasOwn(key, '$natural')) return undefined;
  if (Object.keys(key).length > 1) throw badValue(`Cannot include '$natural' in compound ${what}`);
  const value = isNumeric(key.$natural) ? toDouble(key.$natural) : 0;
  if (value === 1 || value === -1) return value;
  throw badValue(`$natural ${what} cannot be set to a value other than -1 or 1.`);
}

/**
 * The index that a hint refers to. If there is none, the name given is one that no index has, which planning
 * refuses.
 */
export function parseHint(hint: Value | undefined, collection: Collection | undefined): Hint | undefined {
  if (hint === undefined || (isDocument(hint) && Object.keys(hint).length === 0)) return undefined;
  if (typeof hint === 'string') return { index: hint };
  if (!isDocument(hint)) throw failedToParse('Hint must be a string or an object');
  const natural = naturalOrder(hint, 'hint');
  if (natural) return { natural };
  return { index: collection?.indexes.find((index) => equalValues(index.spec.key, hint))?.name ?? '' };
}

/** Parses which documents `find` and similar commands want, and in which order. */
export function parseQuery(
  given: {
    filter: Document | undefined;
    sort?: Document | undefined;
    hint?: Value | undefined;
    wanted?: number | undefined;
    variables?: VariableValues | undefined;
  },
  collection: Collection | undefined,
): Query {
  const filter = parseFilter(given.filter ?? {});
  const hint = parseHint(given.hint, collection);
  const { variables, wanted } = given;
  checkExpressions(filter, [...(variables?.keys() ?? [])]);
  const natural = given.sort && naturalOrder(given.sort, 'sort');
  if (natural) return { filter, sort: [], hint: hint ?? { natural }, variables };
  return { filter, sort: parseSort(given.sort ?? {}), hint, variables, wanted };
}

/** The values of a command's `let`, with the command's time as `NOW`. */
export function variablesOf(engine: Engine, args: Arguments): VariableValues {
  const definitions = args.document('let');
  const now = ['NOW', engine.clock()] as const;
  return new Map(definitions ? [...evaluateLet(definitions), now] : [now]);
}

/** MongoDB's error for when a collection must exist. */
export const namespaceNotFound = (ns: string): MongoError =>
  new MongoError(ErrorCode.NamespaceNotFound, `ns not found ${ns}`);
