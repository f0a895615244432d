import { toInteger } from '../bson/numeric.ts';
import { BsonType, isNumeric, type Value } from '../bson/types.ts';
import { badValue, failedToParse } from '../errors.ts';

const numberTypes = [BsonType.double, BsonType.int, BsonType.long, BsonType.decimal];
const byName = new Map<string, number>(Object.entries(BsonType));
const known = new Set<number>(Object.values(BsonType));

function parseOne(value: Value): readonly number[] {
  if (typeof value === 'string') {
    if (value === 'number') return numberTypes;
    const type = byName.get(value);
    if (type === undefined) throw badValue(`Unknown type name alias: ${value}`);
    return [type];
  }
  if (!isNumeric(value)) throw badValue('type must be represented as a number or a string');
  const type = Number(toInteger(value));
  if (!known.has(type)) throw badValue(`Invalid numerical type code: ${type}`);
  return [type];
}

/** The type numbers that the argument of `$type` stands for. */
export function parseTypes(value: Value): number[] {
  if (!Array.isArray(value)) return [...parseOne(value)];
  if (value.length === 0) throw failedToParse('$type must match at least one type');
  return value.flatMap(parseOne);
}
