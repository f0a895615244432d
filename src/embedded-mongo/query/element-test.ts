import type { Binary, BSONRegExp, BSONSymbol, Double } from 'bson';
import { compareValues, equalValues } from '../bson/compare.ts';
import { documentOf } from '../bson/fields.ts';
import { fitsInt64, toInteger, truncate } from '../bson/numeric.ts';
import { isNullish } from '../bson/truth.ts';
import {
  Bracket,
  BsonType,
  bsonTypeOf,
  isDocument,
  isNumeric,
  isRegex,
  typeBracket,
  type Value,
} from '../bson/types.ts';
import { valueKey } from '../bson/value-key.ts';
import type { DocumentTest, ElementTest, NodeCompiler } from './compiled-test.ts';
import type { BitTest, FilterNode, Predicate } from './filter-node.ts';
import { bitsOfBinary } from './parse-bits.ts';
import { compileRegex, regexOf, regexPredicate } from './regex.ts';

type Ordering = '$gt' | '$gte' | '$lt' | '$lte';

function isNaNValue(value: Value | undefined): boolean {
  if (bsonTypeOf(value) === BsonType.double) return Number.isNaN((value as Double).value);
  return bsonTypeOf(value) === BsonType.decimal && String(value) === 'NaN';
}

/** MinKey and MaxKey compare with every type; other operands only with their own bracket. */
function acrossBrackets(op: Ordering, bracket: number): boolean {
  if (bracket === Bracket.maxKey) return op === '$lt' || op === '$lte';
  return bracket === Bracket.minKey && (op === '$gt' || op === '$gte');
}

function satisfies(op: Ordering, order: number): boolean {
  switch (op) {
    case '$gt':
      return order > 0;
    case '$gte':
      return order >= 0;
    case '$lt':
      return order < 0;
    case '$lte':
      return order <= 0;
  }
}

function orderingTest(op: Ordering, operand: Value): ElementTest {
  const bracket = typeBracket(operand);
  const includesEqual = op === '$gte' || op === '$lte';
  if (bracket === Bracket.null) return (value) => includesEqual && isNullish(value);
  if (isNaNValue(operand)) return (value) => includesEqual && isNaNValue(value);
  const otherBracket = acrossBrackets(op, bracket);
  return (value) => {
    if (typeBracket(value) !== bracket) return otherBracket;
    return !isNaNValue(value) && satisfies(op, compareValues(value, operand));
  };
}

function equalityTest(operand: Value): ElementTest {
  if (operand === null) return isNullish;
  return (value) => value !== undefined && equalValues(value, operand);
}

function regexTest(regex: BSONRegExp): ElementTest {
  const test = compileRegex(regex.pattern, regex.options);
  const itself = regexOf(regexPredicate(regex));
  return (value) => {
    if (typeof value === 'string') return test(value);
    if (bsonTypeOf(value) === BsonType.symbol) return test((value as BSONSymbol).value);
    return isRegex(value) && compareValues(value, itself) === 0;
  };
}

function inTest(values: readonly Value[]): ElementTest {
  const regexes = values.filter((value) => isRegex(value)).map((value) => regexTest(value));
  const plain = values.filter((value) => !isRegex(value));
  const [only] = plain;
  if (plain.length === 1 && only !== undefined && regexes.length === 0) return equalityTest(only);
  const keys = new Set(plain.map((value) => valueKey(value)));
  const missing = keys.has(valueKey(null));
  return (value, position) => {
    if (value === undefined) return missing;
    return keys.has(valueKey(value)) || regexes.some((test) => test(value, position));
  };
}

function bitTest(test: BitTest, mask: bigint): ElementTest {
  const accepts = (bits: bigint): boolean => {
    const common = bits & mask;
    if (test === '$bitsAllSet') return common === mask;
    if (test === '$bitsAnySet') return common !== 0n;
    return test === '$bitsAllClear' ? common === 0n : common !== mask;
  };
  return (value) => {
    if (bsonTypeOf(value) === BsonType.binData) return accepts(bitsOfBinary(value as Binary));
    const integer = isNumeric(value) ? toInteger(value) : undefined;
    return integer !== undefined && fitsInt64(integer) && accepts(integer);
  };
}

function firstElement(elementMatches: (element: Value) => boolean): ElementTest {
  return (value, position) => {
    const index = Array.isArray(value) ? value.findIndex(elementMatches) : -1;
    if (index >= 0 && position !== undefined) position.index = index;
    return index >= 0;
  };
}

function elemMatchTest(filter: FilterNode, compileNode: NodeCompiler): ElementTest {
  const test: DocumentTest = compileNode(filter);
  return firstElement((element) => {
    if (Array.isArray(element)) return test(documentOf(element.map((item, i) => [String(i), item] as const)));
    return isDocument(element) && test(element);
  });
}

function modTest(divisor: bigint, remainder: bigint): ElementTest {
  return (value) => {
    const integer = isNumeric(value) ? truncate(value) : undefined;
    return integer !== undefined && fitsInt64(integer) && integer % divisor === remainder;
  };
}

function compileAll(predicates: readonly Predicate[], compileNode: NodeCompiler): ElementTest {
  const tests = predicates.map((predicate) => compileElementTest(predicate, compileNode));
  return (value, position) => tests.every((test) => test(value, position));
}

const not =
  (test: ElementTest): ElementTest =>
  (value) =>
    !test(value);

/** Compiles a predicate on a single value, without entering the value if it is an array. */
export function compileElementTest(predicate: Predicate, compileNode: NodeCompiler): ElementTest {
  switch (predicate.op) {
    case '$eq':
      return equalityTest(predicate.value);
    case '$ne':
      return not(equalityTest(predicate.value));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return orderingTest(predicate.op, predicate.value);
    case '$in':
      return inTest(predicate.values);
    case '$nin':
      return not(inTest(predicate.values));
    case '$all': {
      const tests = predicate.values.map((value) => inTest([value]));
      return (value) => tests.length > 0 && tests.every((test) => test(value));
    }
    case '$exists':
      return (value) => (value !== undefined) === predicate.value;
    case '$regex':
      return regexTest(regexOf(predicate));
    case '$type': {
      const types = new Set(predicate.types);
      return (value) => value !== undefined && types.has(bsonTypeOf(value));
    }
    case '$size':
      return (value) => Array.isArray(value) && value.length === predicate.size;
    case '$mod':
      return modTest(predicate.divisor, predicate.remainder);
    case '$bits':
      return bitTest(predicate.test, predicate.mask);
    case '$not':
      return not(compileAll(predicate.predicates, compileNode));
    case '$elemMatch':
      return elemMatchTest(predicate.filter, compileNode);
    case '$elemMatchValue': {
      const test = compileAll(predicate.predicates, compileNode);
      return firstElement((element) => test(element));
    }
    case '$allElemMatch':
      return compileAll(predicate.predicates, compileNode);
  }
}
