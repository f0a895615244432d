import type {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';

/** A document as `bson` returns it with `promoteValues: false`; its own enumerable keys are its fields. */
export type Document = { [key: string]: Value };

export type NumericValue = Int32 | Double | Long | Decimal128;

/** BSON's old reference to a document, which clients still send occasionally; `bson` has no class for it. */
export class DbPointer {
  readonly _bsontype = 'DBPointer';
  readonly namespace: string;
  readonly objectId: ObjectId;

  constructor(namespace: string, objectId: ObjectId) {
    this.namespace = namespace;
    this.objectId = objectId;
  }
}

/** BSON's value `undefined`, which exists, unlike a missing field. */
export class BsonUndefined {
  readonly _bsontype = 'Undefined';

  toString(): string {
    return 'undefined';
  }
}

export const bsonUndefined = new BsonUndefined();

/** The values that JavaScript has no type for. */
export type BsonObject =
  | NumericValue
  | ObjectId
  | Binary
  | BSONRegExp
  | BSONSymbol
  | Timestamp
  | Code
  | DbPointer
  | BsonUndefined
  | MinKey
  | MaxKey;

/** A BSON value that keeps its type. A missing field is `undefined`, which is not a `Value`. */
export type Value = null | boolean | string | Date | BsonObject | Value[] | Document;

/** BSON's type numbers, as `$type` and the wire use them. */
export const BsonType = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

const typeByTag: Readonly<Record<string, number>> = {
  Int32: BsonType.int,
  Double: BsonType.double,
  Long: BsonType.long,
  Decimal128: BsonType.decimal,
  ObjectId: BsonType.objectId,
  Binary: BsonType.binData,
  BSONRegExp: BsonType.regex,
  BSONSymbol: BsonType.symbol,
  Timestamp: BsonType.timestamp,
  DBPointer: BsonType.dbPointer,
  Undefined: BsonType.undefined,
  MinKey: BsonType.minKey,
  MaxKey: BsonType.maxKey,
};

function typeOfObject(value: object): number {
  if (Array.isArray(value)) return BsonType.array;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return BsonType.object;
  if (value instanceof Date) return BsonType.date;
  const tag = (value as { _bsontype?: string })._bsontype ?? '';
  if (tag === 'Code') return (value as Code).scope ? BsonType.javascriptWithScope : BsonType.javascript;
  return typeByTag[tag] ?? BsonType.object;
}

/** The BSON type number of a value; a missing value has that of `undefined`. */
export function bsonTypeOf(value: Value | undefined): number {
  switch (typeof value) {
    case 'string':
      return BsonType.string;
    case 'boolean':
      return BsonType.bool;
    case 'undefined':
      return BsonType.undefined;
    default:
      return value === null ? BsonType.null : typeOfObject(value);
  }
}

const brackets: Readonly<Record<number, number>> = {
  [BsonType.minKey]: -1,
  [BsonType.undefined]: 0,
  [BsonType.null]: 5,
  [BsonType.double]: 10,
  [BsonType.int]: 10,
  [BsonType.long]: 10,
  [BsonType.decimal]: 10,
  [BsonType.string]: 15,
  [BsonType.symbol]: 15,
  [BsonType.object]: 20,
  [BsonType.array]: 25,
  [BsonType.binData]: 30,
  [BsonType.objectId]: 35,
  [BsonType.bool]: 40,
  [BsonType.date]: 45,
  [BsonType.timestamp]: 47,
  [BsonType.regex]: 50,
  [BsonType.dbPointer]: 55,
  [BsonType.javascript]: 60,
  [BsonType.javascriptWithScope]: 65,
  [BsonType.maxKey]: 127,
};

/** The brackets of BSON's order: values compare by bracket first, and `$gt` and the like stay within one. */
export const Bracket = {
  minKey: -1,
  missing: 0,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  maxKey: 127,
} as const;

/** The place of a value's type in BSON's order across types. All numbers share one bracket. */
export function typeBracket(value: Value | undefined): number {
  return brackets[bsonTypeOf(value)] ?? Bracket.object;
}

const typeNames = new Map<number, string>(Object.entries(BsonType).map(([name, number]) => [number, name]));

/** The name that `$type` and MongoDB's messages use for a value's type; `missing` for a missing one. */
export function typeName(value: Value | undefined): string {
  return value === undefined ? 'missing' : (typeNames.get(bsonTypeOf(value)) ?? 'object');
}

/** Whether a value is an embedded document. */
export function isDocument(value: Value | undefined): value is Document {
  return bsonTypeOf(value) === BsonType.object;
}

/** Whether a value is one of BSON's four number types. */
export function isNumeric(value: Value | undefined): value is NumericValue {
  return typeof value === 'object' && value !== null && typeBracket(value) === Bracket.number;
}

/** Whether a value is a regular expression. */
export function isRegex(value: Value | undefined): value is BSONRegExp {
  return bsonTypeOf(value) === BsonType.regex;
}
