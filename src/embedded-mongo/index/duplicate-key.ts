import type { Binary, BSONRegExp, Decimal128, Double, ObjectId } from 'bson';
import { documentOf, fieldsOf } from '../bson/fields.ts';
import { BsonType, bsonTypeOf, type Document, type Value } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import type { Index } from './index-definition.ts';

/** As C++ writes it with 16 digits: `1.0`, `0.1`, `1e+20`, `nan`. */
function describeDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits, exponent] = value.toExponential(15).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${Number(digits)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const text = Object.is(value, -0) ? '-0' : String(Number(value.toPrecision(16)));
  return text.includes('.') ? text : `${text}.0`;
}

/** A value as MongoDB's messages show it: `"a"`, `1`, `ObjectId('…')`, `{ a: 1 }`. */
function describeValue(value: Value | undefined): string {
  switch (bsonTypeOf(value)) {
    case BsonType.string:
      return JSON.stringify(value);
    case BsonType.objectId:
      return `ObjectId('${(value as ObjectId).toHexString()}')`;
    case BsonType.date:
      return `new Date(${(value as Date).getTime()})`;
    case BsonType.double:
      return describeDouble((value as Double).value);
    case BsonType.decimal:
      return `NumberDecimal("${(value as Decimal128).toString()}")`;
    case BsonType.regex:
      return `/${(value as BSONRegExp).pattern}/${(value as BSONRegExp).options}`;
    case BsonType.binData:
      return `BinData(${(value as Binary).sub_type}, ${(value as Binary).toString('hex').toUpperCase()})`;
    case BsonType.array:
      return `[ ${(value as Value[]).map(describeValue).join(', ')} ]`;
    case BsonType.object:
      return describeDocument(value as Document);
    case BsonType.minKey:
      return 'MinKey';
    case BsonType.maxKey:
      return 'MaxKey';
    default:
      return String(value);
  }
}

/** A document as MongoDB's messages show it: `{ a: 1, b: "x" }`. */
export function describeDocument(document: Document): string {
  const fields = fieldsOf(document).map(([name, value]) => `${name}: ${describeValue(value)}`);
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
}

/** MongoDB's error for a key that a unique index already contains (11000), with `keyPattern` and `keyValue`. */
export function duplicateKeyError(
  ns: string,
  index: Index,
  values: readonly (Value | undefined)[],
): MongoError {
  const keyValue = documentOf(index.fields.map((field, i) => [field.path, values[i] ?? null] as const));
  return new MongoError(
    ErrorCode.DuplicateKey,
    `E11000 duplicate key error collection: ${ns} index: ${index.name} dup key: ${describeDocument(keyValue)}`,
    { keyPattern: index.spec.key, keyValue },
  );
}
