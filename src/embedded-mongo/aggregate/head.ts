import { documentOf, fieldsOf } from '../bson/fields.ts';
import type { SortPart } from '../bson/sort-compare.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { type Paths, pathsOfExpression } from './filter-paths.ts';
import { type Counting, countingOf } from './stages/counting.ts';
import { limitCount, matchFilter, skipCount, sortParts } from './stages/select.ts';

/** The start of a pipeline that a query on the collection can answer. */
export interface Head {
  readonly filter: Document;
  readonly sort: readonly SortPart[] | undefined;
  readonly skip: number;
  readonly limit: number;
  /** How many stages it covers. */
  readonly length: number;
  /** The next stage as a function of the number of documents, if all it does is count them, and they need no sorting. */
  readonly counting: Counting | undefined;
  /** What the stages after it read of the documents; undefined if that may be anything. */
  readonly reads: Paths;
}

function joinFilters(filters: readonly Document[]): Document {
  const [first] = filters;
  return first === undefined ? {} : filters.length === 1 ? first : { $and: [...filters] };
}

function holdsExpression(value: Value): boolean {
  if (Array.isArray(value)) return value.some(holdsExpression);
  return (
    isDocument(value) && fieldsOf(value).some(([name, inner]) => name === '$expr' || holdsExpression(inner))
  );
}

/** A conjunction without one of its conditions matches no less. */
function withoutExpressions(filter: Document): Document {
  return documentOf(fieldsOf(filter).filter(([name, value]) => name !== '$expr' && !holdsExpression(value)));
}

function headOf(filters: readonly Document[], length: number): Head {
  return {
    filter: joinFilters(filters),
    sort: undefined,
    skip: 0,
    limit: Number.POSITIVE_INFINITY,
    length,
    counting: undefined,
    reads: undefined,
  };
}

/** Reads the leading `$match`, then `$sort`, `$skip` and `$limit`, in this order, each if present. */
export function planHead(stages: readonly Document[]): Head {
  const named = stages.map((stage) => fieldsOf(stage)[0] ?? ['', null]);
  let at = 0;
  const filters: Document[] = [];
  const next = (name: string): Value | undefined => {
    const stage = named[at];
    if (stage?.[0] !== name) return undefined;
    at += 1;
    return stage[1];
  };
  for (let filter = next('$match'); filter !== undefined; filter = next('$match')) {
    const matched = matchFilter(filter);
    filters.push(withoutExpressions(matched));
    // An expression may use variables that only the pipeline knows: the stage is run again, and ends the head.
    if (holdsExpression(matched)) return headOf(filters, at - 1);
  }
  const sort = next('$sort');
  const skip = next('$skip');
  const limit = next('$limit');
  const following = stages[at];
  const [name, specification] = named[at] ?? [];
  return {
    ...headOf(filters, at),
    sort: sort === undefined ? undefined : sortParts(sort),
    skip: skip === undefined ? 0 : skipCount(skip),
    limit: limit === undefined ? Number.POSITIVE_INFINITY : limitCount(limit),
    counting: following && sort === undefined ? countingOf(following) : undefined,
    // Later stages see no more than what it has grouped.
    reads: name === '$group' && specification !== undefined ? pathsOfExpression(specification) : undefined,
  };
}
