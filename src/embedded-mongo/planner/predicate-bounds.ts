import { BSONRegExp, Double } from 'bson';
import { Bracket, BsonType, isNumeric, isRegex, typeBracket, type Value } from '../bson/types.ts';
import { bracketByte, stringPrefixKey, valueKey } from '../index/key-encoding.ts';
import type { Predicate } from '../query/filter-node.ts';
import {
  complement,
  fullInterval,
  type Interval,
  intersect,
  pointInterval,
  rangeInterval,
  union,
} from './intervals.ts';
import { regexPrefix } from './regex-prefix.ts';

/** The entries in an index of the documents that satisfy a predicate. */
export interface Bounds {
  intervals: Interval[];
  /** Whether every entry inside the intervals satisfies the predicate, so that it need not be tested again. */
  isExact: boolean;
  /** Whether a document without the field may satisfy it: then a sparse index is of no use. */
  matchesMissing: boolean;
}

const bracketStart = (bracket: number): Buffer => Buffer.from([bracketByte(bracket)]);
const bracketEnd = (bracket: number): Buffer => Buffer.from([bracketByte(bracket) + 1]);
const bracketInterval = (bracket: number): Interval =>
  rangeInterval(bracketStart(bracket), bracketEnd(bracket));

/** Empty arrays, null and missing fields. */
const nullish = rangeInterval(bracketStart(Bracket.missing), bracketEnd(Bracket.null));
const nan = pointInterval(valueKey(new Double(Number.NaN)));

const bounds = (intervals: Interval[], isExact: boolean, matchesMissing = false): Bounds => ({
  intervals: union(intervals),
  isExact,
  matchesMissing,
});
const anywhere = (matchesMissing: boolean): Bounds => bounds([fullInterval], false, matchesMissing);

function regexBounds(regex: BSONRegExp): Bounds {
  const literal = regexPrefix(regex.pattern, regex.options);
  const itself = pointInterval(valueKey(regex));
  if (!literal) return bounds([bracketInterval(Bracket.string), itself], false);
  const key = Buffer.concat([bracketStart(Bracket.string), stringPrefixKey(literal.prefix)]);
  return bounds([{ ...pointInterval(key), isPoint: false }, itself], literal.isExact);
}

function arrayBounds(value: Value[]): Bounds {
  // The array as an element of another one, or as a whole: then its first element has its own key.
  return bounds([pointInterval(valueKey(value)), pointInterval(valueKey(value[0]))], false);
}

function equalityBounds(value: Value): Bounds {
  if (value === null) return bounds([nullish], false, true);
  if (Array.isArray(value)) return arrayBounds(value);
  return bounds([pointInterval(valueKey(value))], true);
}

const isNaNValue = (value: Value): boolean => isNumeric(value) && Number.isNaN(Number(String(value)));

function comparisonBounds(op: '$gt' | '$gte' | '$lt' | '$lte', value: Value): Bounds {
  const bracket = typeBracket(value);
  if (value === null) return bounds([nullish], false, true);
  if (bracket === Bracket.array || bracket === Bracket.minKey || bracket === Bracket.maxKey) {
    return anywhere(true);
  }
  if (isNaNValue(value)) return bounds([nan], false);
  const { low: at, high: behind } = pointInterval(valueKey(value));
  const start = bracket === Bracket.number ? nan.high : bracketStart(bracket);
  if (op === '$gt') return bounds([rangeInterval(behind, bracketEnd(bracket))], true);
  if (op === '$gte') return bounds([rangeInterval(at, bracketEnd(bracket))], true);
  return bounds([rangeInterval(start, op === '$lt' ? at : behind)], true);
}

function unionOf(all: readonly Bounds[]): Bounds {
  return bounds(
    all.flatMap((each) => each.intervals),
    all.every((each) => each.isExact),
    all.some((each) => each.matchesMissing),
  );
}

const valueOrRegexBounds = (value: Value): Bounds =>
  isRegex(value) ? regexBounds(value) : equalityBounds(value);

const isPlain = (value: Value): boolean => value !== null && !Array.isArray(value) && !isRegex(value);

/** Lists may be long, so the points of plain values are not turned into bounds one by one. */
const pointsOf = (values: readonly Value[]): Interval[] =>
  values.filter(isPlain).map((value) => pointInterval(valueKey(value)));

function inBounds(values: readonly Value[]): Bounds {
  const points = bounds(pointsOf(values), true);
  const others = values.filter((value) => !isPlain(value));
  return others.length === 0 ? points : unionOf([points, ...others.map(valueOrRegexBounds)]);
}

function excluding(values: readonly Value[]): Bounds {
  const exact = values
    .filter((value) => !isPlain(value))
    .map(valueOrRegexBounds)
    .filter((each) => each.isExact);
  const points = exact.flatMap((each) => each.intervals);
  return bounds(complement([...points, ...pointsOf(values)]), false, true);
}

function typeBounds(types: readonly number[]): Bounds {
  if (types.includes(BsonType.array)) return anywhere(false);
  const intervals: Interval[] = [];
  for (const type of types) {
    const bracket = bracketsByType[type];
    if (bracket === undefined) return anywhere(true);
    intervals.push(bracketInterval(bracket));
  }
  return bounds(intervals, false);
}

const bracketsByType: Readonly<Record<number, number>> = {
  [BsonType.double]: Bracket.number,
  [BsonType.int]: Bracket.number,
  [BsonType.long]: Bracket.number,
  [BsonType.decimal]: Bracket.number,
  [BsonType.string]: Bracket.string,
  [BsonType.symbol]: Bracket.string,
  [BsonType.object]: Bracket.object,
  [BsonType.binData]: 30,
  [BsonType.objectId]: 35,
  [BsonType.bool]: 40,
  [BsonType.date]: 45,
  [BsonType.timestamp]: 47,
  [BsonType.null]: Bracket.null,
};

/** The bounds of several predicates that one array element must satisfy together. */
function elementBounds(predicates: readonly Predicate[]): Bounds {
  // An element that is an array has a key as a whole: what its own elements satisfy says nothing about it.
  const all = predicates.filter(({ op }) => op !== '$elemMatchValue').map(predicateBounds);
  return {
    intervals: all.reduce((found, each) => intersect(found, each.intervals), [fullInterval]),
    isExact: false,
    matchesMissing: false,
  };
}

/** Where the documents are that satisfy a predicate: always all of them, sometimes more. */
export function predicateBounds(predicate: Predicate): Bounds {
  switch (predicate.op) {
    case '$eq':
      return equalityBounds(predicate.value);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return comparisonBounds(predicate.op, predicate.value);
    case '$in':
      return inBounds(predicate.values);
    case '$all': {
      const [first] = predicate.values;
      return first === undefined ? bounds([], false) : { ...valueOrRegexBounds(first), isExact: false };
    }
    case '$ne':
      return excluding([predicate.value]);
    case '$nin':
      return excluding(predicate.values);
    case '$exists':
      return predicate.value ? anywhere(false) : bounds([nullish], false, true);
    case '$regex':
      return regexBounds(new BSONRegExp(predicate.pattern, predicate.options));
    case '$elemMatchValue':
      return elementBounds(predicate.predicates);
    case '$type':
      return typeBounds(predicate.types);
    case '$not':
      return anywhere(true);
    default:
      return anywhere(false);
  }
}
