import { Long } from 'bson';
import { fieldsOf } from '../bson/fields.ts';
import { toDouble } from '../bson/numeric.ts';
import { isNullish } from '../bson/truth.ts';
import { type Document, isDocument, isNumeric, typeName, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, MongoError, notImplemented, typeMismatch } from '../errors.ts';
import { TimeSlice } from '../execution/time-slice.ts';
import type { ConnectionInfo } from './connection-info.ts';

/**
 * Fields that any command may carry. They concern sessions, routing and logging, and do not affect any answer
 * here.
 */
export const commonFields: ReadonlySet<string> = new Set([
  '$db',
  'lsid',
  'txnNumber',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
]);

/** Commands that read `maxTimeMS` like any other number first. */
const checkedLikeOtherNumbers = new Set(['aggregate', 'count']);
const maxTimeLimitMs = 2 ** 31 - 1;

const internalConnection: ConnectionInfo = { id: 0, closed: new AbortController().signal };

const isSimpleCollation = (value: Document): boolean =>
  Object.keys(value).length === 0 || value.locale === 'simple';

/** A command's fields. Missing, unknown or wrongly typed ones get MongoDB's errors; null counts as not given. */
export class Arguments {
  readonly command: string;
  readonly body: Document;
  readonly connection: ConnectionInfo;

  /** Fields nested inside a command, such as a statement's, need no connection. */
  constructor(command: string, body: Document, connection: ConnectionInfo = internalConnection) {
    this.command = command;
    this.body = body;
    this.connection = connection;
  }

  /** Refuses fields that are not listed (Location40415), and any collation but simple. */
  allow(...names: string[]): this {
    const unknown = this.unknownField(...names);
    if (unknown !== undefined) {
      throw new MongoError(40415, `BSON field '${this.command}.${unknown}' is an unknown field.`);
    }
    const collation = this.document('collation');
    if (collation && !isSimpleCollation(collation)) throw notImplemented('A collation other than simple');
    return this;
  }

  /** The first field that is neither listed nor one that any command may carry. */
  unknownField(...names: string[]): string | undefined {
    const isKnown = (name: string): boolean =>
      name === this.command || commonFields.has(name) || names.includes(name);
    return fieldsOf(this.body).find(([name]) => !isKnown(name))?.[0];
  }

  get db(): string {
    return String(this.body.$db ?? 'test');
  }

  /** The command's time slice. Its time limit starts running with this call. */
  startSlice(): TimeSlice {
    const { connection } = this;
    return new TimeSlice(this.timeLimitMs(), () => connection.closed.aborted);
  }

  /** The namespace of the collection that the command names. */
  namespace(): string {
    return namespaceOf(this.db, this.body[this.command]);
  }

  value(name: string): Value | undefined {
    return Object.hasOwn(this.body, name) ? this.body[name] : undefined;
  }

  document(name: string): Document | undefined {
    const value = this.value(name);
    if (isNullish(value)) return undefined;
    if (!isDocument(value)) throw this.#wrongType(name, value, 'object');
    return value;
  }

  array(name: string): Value[] | undefined {
    const value = this.value(name);
    if (isNullish(value)) return undefined;
    if (!Array.isArray(value)) throw this.#wrongType(name, value, 'array');
    return value;
  }

  string(name: string): string | undefined {
    const value = this.value(name);
    if (isNullish(value)) return undefined;
    if (typeof value !== 'string') throw this.#wrongType(name, value, 'string');
    return value;
  }

  /** A boolean; numbers are accepted as MongoDB accepts them. */
  flag(name: string): boolean {
    const value = this.value(name);
    if (isNullish(value)) return false;
    if (typeof value === 'boolean') return value;
    if (isNumeric(value)) return toDouble(value) !== 0;
    throw this.#wrongType(name, value, 'bool');
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (isNullish(value)) return undefined;
    if (!isNumeric(value)) throw this.#wrongType(name, value, "[int, decimal, double, long]'");
    return Math.trunc(toDouble(value));
  }

  /** A number that must not be negative (Location51024). */
  count(name: string): number | undefined {
    const value = this.number(name);
    if (value !== undefined && value < 0) {
      throw new MongoError(51024, `BSON field '${name}' value must be >= 0, actual value '${value}'`);
    }
    return value;
  }

  /**
   * `maxTimeMS`. Throws BadValue (2) for what is no number of milliseconds, and what `count` throws for some commands.
   */
  timeLimitMs(): number | undefined {
    if (checkedLikeOtherNumbers.has(this.command)) this.count('maxTimeMS');
    const value = this.value('maxTimeMS');
    if (value === undefined) return undefined;
    if (!isNumeric(value)) throw badValue('maxTimeMS must be a number');
    const limit = toDouble(value);
    if (!(limit >= 0 && limit <= maxTimeLimitMs)) {
      throw badValue(`${limit} value for maxTimeMS is out of range [0, ${maxTimeLimitMs}]`);
    }
    if (!Number.isInteger(limit)) throw badValue('maxTimeMS has non-integral value');
    return limit;
  }

  long(name: string): bigint {
    const value = this.required(name);
    if (value instanceof Long) return value.toBigInt();
    throw this.#wrongType(name, value, 'long');
  }

  required(name: string): Value {
    const value = this.value(name);
    if (value === undefined) {
      throw new MongoError(40414, `BSON field '${this.command}.${name}' is missing but a required field`);
    }
    return value;
  }

  #wrongType(name: string, value: Value, expected: string): MongoError {
    return typeMismatch(
      `BSON field '${this.command}.${name}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
    );
  }
}

/** `db.collection`. Throws InvalidNamespace (73) for names that a collection may not have. */
export function namespaceOf(db: string, collection: Value | undefined): string {
  if (typeof collection !== 'string') {
    throw badValue(`collection name has invalid type ${typeName(collection)}`);
  }
  const ns = `${db}.${collection}`;
  const isBad =
    collection === '' ||
    collection.startsWith('.') ||
    collection.includes('\0') ||
    collection.includes('$') ||
    db === '' ||
    /[\s."$/\\\0]/.test(db) ||
    Buffer.byteLength(ns) > 255;
  if (isBad) throw new MongoError(ErrorCode.InvalidNamespace, `Invalid namespace specified '${ns}'`);
  return ns;
}
