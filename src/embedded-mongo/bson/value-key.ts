import type { Binary, BSONRegExp, BSONSymbol, Code, ObjectId, Timestamp } from 'bson';
import { fieldsOf } from './fields.ts';
import { compareExact, type Decimal, exactValue, toInteger } from './numeric.ts';
import {
  Bracket,
  BsonType,
  bsonTypeOf,
  type DbPointer,
  type Document,
  type NumericValue,
  typeBracket,
  type Value,
} from './types.ts';

function fractionKey(value: NumericValue): string {
  const exact = exactValue(value);
  if (typeof exact === 'number') return String(exact);
  let { coefficient, exponent } = exact as Decimal;
  while (coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  const nearest = Number(`${coefficient}e${exponent}`);
  return compareExact(nearest, exact) === 0 ? String(nearest) : `${coefficient}e${exponent}`;
}

function numberKey(value: NumericValue): string {
  const integer = toInteger(value);
  return `n${integer === undefined ? fractionKey(value) : integer.toString()}`;
}

const quoted = (text: string): string => `${text.length}:${text}`;

function documentKey(document: Document): string {
  return `{${fieldsOf(document)
    .map(([name, value]) => quoted(name) + valueKey(value))
    .join(',')}}`;
}

function objectKey(type: number, value: Value): string {
  switch (type) {
    case BsonType.object:
      return documentKey(value as Document);
    case BsonType.array:
      return `[${(value as Value[]).map((item) => valueKey(item)).join(',')}]`;
    case BsonType.objectId:
      return `o${(value as ObjectId).toHexString()}`;
    case BsonType.date:
      return `d${(value as Date).getTime()}`;
    case BsonType.timestamp:
      return `t${(value as Timestamp).toString()}`;
    case BsonType.binData:
      return `b${(value as Binary).sub_type}:${(value as Binary).toString('hex')}`;
    case BsonType.regex:
      return `r${quoted((value as BSONRegExp).pattern)}${(value as BSONRegExp).options}`;
    case BsonType.dbPointer:
      return `p${quoted((value as DbPointer).namespace)}${(value as DbPointer).objectId.toHexString()}`;
    case BsonType.javascript:
      return `c${quoted(String((value as Code).code))}`;
    case BsonType.javascriptWithScope:
      return `w${quoted(String((value as Code).code))}${documentKey((value as Code).scope as Document)}`;
    default:
      return `x${type}`;
  }
}

/** A string that is the same for two values exactly if they are equal in BSON's order. */
export function valueKey(value: Value): string {
  if (typeof value === 'string') return `s${quoted(value)}`;
  if (value === null) return 'z';
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  const bracket = typeBracket(value);
  if (bracket === Bracket.number) return numberKey(value as NumericValue);
  if (bracket === Bracket.string) return `s${quoted((value as BSONSymbol).value)}`;
  return objectKey(bsonTypeOf(value), value);
}
