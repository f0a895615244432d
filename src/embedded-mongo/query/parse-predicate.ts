import type { BSONRegExp } from 'bson';
import { fieldsOf, isDbRefField } from '../bson/fields.ts';
import { fitsInt64, toInteger, truncate } from '../bson/numeric.ts';
import { isTruthy } from '../bson/truth.ts';
import { bsonUndefined, type Document, isDocument, isNumeric, isRegex, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import type { FilterNode, Predicate } from './filter-node.ts';
import { parseBits } from './parse-bits.ts';
import { parseTypes } from './parse-type.ts';
import { checkRegex, regexPredicate } from './regex.ts';

/** What parsing an operator document needs from the filter parser around it. */
export interface PredicateContext {
  parseFilter(filter: Document): FilterNode;
  readonly depth: number;
}

type Parser = (value: Value, siblings: Document, context: PredicateContext) => Predicate | undefined;

const maxDepth = 100;

/** Whether a value is read as operators: its first field begins with `$` and is not part of a DBRef. */
export function isOperatorDocument(value: Value): value is Document {
  if (!isDocument(value)) return false;
  const [first] = fieldsOf(value);
  return first?.[0].startsWith('$') === true && !isDbRefField(first[0]);
}

/** Refuses (2) `undefined`, which a filter may only look for by type. */
export function comparable(value: Value): Value {
  if (value === bsonUndefined) throw badValue('cannot compare to undefined');
  return value;
}

function comparison(op: '$gt' | '$gte' | '$lt' | '$lte' | '$ne'): Parser {
  return (value) => {
    if (isRegex(value)) {
      throw badValue(
        op === '$ne' ? "Can't have regex as arg to $ne." : "Can't have RegEx as arg to predicate over field",
      );
    }
    return { op, value: comparable(value) };
  };
}

function list(op: '$in' | '$nin'): Parser {
  return (value) => {
    if (!Array.isArray(value)) throw badValue(`${op} needs an array`);
    for (const item of value) {
      comparable(item);
      if (isOperatorDocument(item)) throw badValue('cannot nest $ under $in');
      if (isRegex(item)) checkRegex(regexPredicate(item));
    }
    return { op, values: value };
  };
}

const parseAll: Parser = (value, _siblings, context) => {
  if (!Array.isArray(value)) throw badValue('$all needs an array');
  const elemMatches = value.filter(
    (item) => isOperatorDocument(item) && fieldsOf(item)[0]?.[0] === '$elemMatch',
  );
  if (elemMatches.length > 0) {
    if (elemMatches.length < value.length) throw badValue('$all/$elemMatch has to be consistent');
    return {
      op: '$allElemMatch',
      predicates: elemMatches.flatMap((item) => parseOperators(item as Document, context)),
    };
  }
  for (const item of value) {
    comparable(item);
    if (isOperatorDocument(item)) throw badValue('no $ expressions in $all');
    if (isRegex(item)) checkRegex(regexPredicate(item));
  }
  return { op: '$all', values: value };
};

const parseElemMatch: Parser = (value, _siblings, context) => {
  if (!isDocument(value)) throw badValue('$elemMatch needs an Object');
  const first = fieldsOf(value)[0]?.[0];
  const isFilter =
    !isOperatorDocument(value) || ['$and', '$or', '$nor', '$where', '$expr'].includes(first ?? '');
  if (isFilter) return { op: '$elemMatch', filter: context.parseFilter(value) };
  return { op: '$elemMatchValue', predicates: parseOperators(value, context) };
};

const parseNot: Parser = (value, _siblings, context) => {
  if (isRegex(value)) return { op: '$not', predicates: [checkRegex(regexPredicate(value))] };
  if (!isDocument(value)) throw badValue('$not needs a regex or a document');
  if (fieldsOf(value).length === 0) throw badValue('$not cannot be empty');
  return { op: '$not', predicates: parseOperators(value, context) };
};

const parseSize: Parser = (value) => {
  const size = isNumeric(value) ? toInteger(value) : undefined;
  if (size === undefined) throw badValue('Failed to parse $size. Expected a number in: $size');
  if (size < 0n) throw badValue(`Failed to parse $size. Expected a non-negative number in: $size: ${size}`);
  return { op: '$size', size: Number(size) };
};

const parseMod: Parser = (value) => {
  if (!Array.isArray(value)) throw badValue('malformed mod, needs to be an array');
  if (value.length !== 2)
    throw badValue(`malformed mod, ${value.length < 2 ? 'not enough' : 'too many'} elements`);
  const [divisor, remainder] = value.map((item) => {
    const integer = isNumeric(item) ? truncate(item) : undefined;
    if (integer === undefined || !fitsInt64(integer))
      throw badValue('malformed mod, divisor and remainder must be numbers of 64 bits');
    return integer;
  });
  if (divisor === undefined || remainder === undefined || divisor === 0n)
    throw badValue('divisor cannot be 0');
  return { op: '$mod', divisor, remainder };
};

function optionsOf(siblings: Document): string | undefined {
  const entry = fieldsOf(siblings).find(([name]) => name === '$options');
  if (entry === undefined) return undefined;
  if (typeof entry[1] !== 'string') throw badValue('$options has to be a string');
  return entry[1];
}

const parseRegex: Parser = (value, siblings) => {
  const options = optionsOf(siblings);
  if (typeof value === 'string') return checkRegex({ op: '$regex', pattern: value, options: options ?? '' });
  if (!isRegex(value)) throw badValue('$regex has to be a string');
  const own = value as BSONRegExp;
  if (options !== undefined && own.options !== '') {
    throw new MongoError(51075, 'options set in both $regex and $options');
  }
  return checkRegex({ op: '$regex', pattern: own.pattern, options: options ?? own.options });
};

const parseOptions: Parser = (_value, siblings) => {
  if (!fieldsOf(siblings).some(([name]) => name === '$regex')) throw badValue('$options needs a $regex');
  return undefined;
};

const unsupportedGeo: Parser = () => {
  throw badValue('geospatial operators are not supported by the embedded database');
};

const needsGeoIndex: Parser = () => {
  throw new MongoError(ErrorCode.NoQueryExecutionPlans, 'unable to find index for $geoNear query');
};

/** The operators on a value that are served, by name. */
export const predicateParsers: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ['$eq', (value) => ({ op: '$eq', value: comparable(value) })],
  ['$ne', comparison('$ne')],
  ['$gt', comparison('$gt')],
  ['$gte', comparison('$gte')],
  ['$lt', comparison('$lt')],
  ['$lte', comparison('$lte')],
  ['$in', list('$in')],
  ['$nin', list('$nin')],
  ['$all', parseAll],
  ['$exists', (value) => ({ op: '$exists', value: isTruthy(value) })],
  ['$type', (value) => ({ op: '$type', types: parseTypes(value) })],
  ['$size', parseSize],
  ['$mod', parseMod],
  ['$elemMatch', parseElemMatch],
  ['$not', parseNot],
  ['$regex', parseRegex],
  ['$options', parseOptions],
  ['$bitsAllSet', (value) => parseBits('$bitsAllSet', value)],
  ['$bitsAnySet', (value) => parseBits('$bitsAnySet', value)],
  ['$bitsAllClear', (value) => parseBits('$bitsAllClear', value)],
  ['$bitsAnyClear', (value) => parseBits('$bitsAnyClear', value)],
]);

const refusedOperators: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ['$geoWithin', unsupportedGeo],
  ['$geoIntersects', unsupportedGeo],
  ['$near', needsGeoIndex],
  ['$nearSphere', needsGeoIndex],
]);

/** Parses `{$gt: 1, $lt: 5}` and the like; every field must be an operator that applies to a value. */
export function parseOperators(operators: Document, context: PredicateContext): Predicate[] {
  if (context.depth > maxDepth) throw badValue(`exceeded maximum query tree depth of ${maxDepth}`);
  const deeper = { ...context, depth: context.depth + 1 };
  const predicates: Predicate[] = [];
  for (const [name, value] of fieldsOf(operators)) {
    const parse = predicateParsers.get(name) ?? refusedOperators.get(name);
    if (parse === undefined) throw badValue(`unknown operator: ${name}`);
    const predicate = parse(value, operators, deeper);
    if (predicate !== undefined) predicates.push(predicate);
  }
  return predicates;
}
