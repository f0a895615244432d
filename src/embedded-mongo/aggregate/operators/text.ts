import type { BSONSymbol } from 'bson';
import { BsonType, bsonTypeOf, typeName, type Value } from '../../bson/types.ts';
import { MongoError, notImplemented } from '../../errors.ts';

/**
 * A value as the string operators (`$toLower`, `$substr`, …) see it: null and missing are the empty string, integers
 * their digits, dates ISO 8601. Other types are refused (16007), including doubles, whose digits MongoDB writes in
 * its own way.
 */
export function coerceToText(value: Value | undefined): string {
  switch (bsonTypeOf(value)) {
    case BsonType.null:
    case BsonType.undefined:
      return '';
    case BsonType.string:
      return value as string;
    case BsonType.symbol:
      return (value as BSONSymbol).value;
    case BsonType.int:
    case BsonType.long:
    case BsonType.decimal:
      return String(value);
    case BsonType.date:
      return (value as Date).toISOString();
    case BsonType.double:
    case BsonType.timestamp:
      throw notImplemented(`the text of a ${typeName(value)}`);
    default:
      throw new MongoError(16007, `can't convert from BSON type ${typeName(value)} to String`);
  }
}
