import { randomInt } from 'node:crypto';
import { fieldsOf, getField } from '../../bson/fields.ts';
import { toInteger } from '../../bson/numeric.ts';
import { encode } from '../../bson/raw.ts';
import { parseSort, type SortPart } from '../../bson/sort-compare.ts';
import { type Document, isDocument, isNumeric, typeName, type Value } from '../../bson/types.ts';
import { MongoError } from '../../errors.ts';
import { DocumentSorter } from '../../execution/document-sorter.ts';
import { compileFilter } from '../../query/matcher.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import type { Stage, StageParser } from '../stage.ts';

/** The filter of a `$match`. */
export function matchFilter(specification: Value): Document {
  if (isDocument(specification)) return specification;
  throw new MongoError(15959, 'the match filter must be an expression in an object');
}

/** `$match`. */
export const match: StageParser = (specification, { variables }) => {
  const node = parseFilter(matchFilter(specification));
  compileFilter(node, new Map(variables.map((name) => [name, undefined] as const)));
  return async function* (input, context) {
    const matcher = compileFilter(node, context.variables);
    for await (const document of input) if (matcher.matches(document)) yield document;
  };
};

/** The parts of a `$sort`. */
export function sortParts(specification: Value): SortPart[] {
  if (!isDocument(specification))
    throw new MongoError(15973, 'the $sort key specification must be an object');
  if (fieldsOf(specification).length === 0)
    throw new MongoError(15976, '$sort stage must have at least one sort key');
  return parseSort(specification);
}

/** `$sort`; equal documents keep their order. */
export const sort: StageParser = (specification) => {
  const parts = sortParts(specification);
  return async function* (input, { pace }) {
    const sorter = new DocumentSorter<Document>(parts, Number.POSITIVE_INFINITY);
    for await (const document of input) sorter.add(document, encode(document).length, document);
    yield* await sorter.finish(pace);
  };
};

function count(specification: Value, stage: '$limit' | '$skip', code: number): number {
  const integer = isNumeric(specification) ? toInteger(specification) : undefined;
  const subject = `invalid argument to ${stage} stage: Expected`;
  if (integer === undefined)
    throw new MongoError(code, `${subject} a number in: ${stage}: ${typeName(specification)}`);
  if (integer < 0n) throw new MongoError(code, `${subject} a non-negative number in: ${stage}: ${integer}`);
  return Number(integer);
}

/** The number of a `$limit`. */
export function limitCount(specification: Value): number {
  const limit = count(specification, '$limit', 5107201);
  if (limit === 0) throw new MongoError(15958, 'the limit must be positive');
  return limit;
}

/** The number of a `$skip`. */
export function skipCount(specification: Value): number {
  return count(specification, '$skip', 5107200);
}

/** `$limit`, which reads no more than it returns. */
export const limit: StageParser = (specification) => {
  const most = limitCount(specification);
  return async function* (input) {
    let given = 0;
    for await (const document of input) {
      yield document;
      given += 1;
      if (given >= most) return;
    }
  };
};

/** `$skip`. */
export const skip: StageParser = (specification) => {
  const skipped = skipCount(specification);
  return async function* (input) {
    let seen = 0;
    for await (const document of input) {
      seen += 1;
      if (seen > skipped) yield document;
    }
  };
};

/** `$sample`: documents in random order, none twice. */
export const sample: StageParser = (specification): Stage => {
  if (!isDocument(specification))
    throw new MongoError(28745, 'the $sample stage specification must be an object');
  const unknown = Object.keys(specification).find((name) => name !== 'size');
  if (unknown !== undefined) throw new MongoError(28748, `unrecognized option to $sample: ${unknown}`);
  const size = getField(specification, 'size');
  if (size === undefined) throw new MongoError(28749, '$sample stage must specify a size');
  if (!isNumeric(size)) throw new MongoError(28746, 'size argument to $sample must be a number');
  const wanted = Number(toInteger(size) ?? 0n);
  if (wanted <= 0) throw new MongoError(28747, 'size argument to $sample must be a positive integer');
  return async function* (input) {
    const drawn: Document[] = [];
    let seen = 0;
    for await (const document of input) {
      // Every document gets a random place; one that is displaced gets the new one if that is among the wanted.
      const place = randomInt(seen + 1);
      const displaced = place < drawn.length ? drawn[place] : document;
      if (place < drawn.length) drawn[place] = document;
      if (seen < wanted) drawn.push(displaced as Document);
      seen += 1;
    }
    yield* drawn;
  };
};
