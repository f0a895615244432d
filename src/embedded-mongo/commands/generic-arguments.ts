import { type Binary, Int32, Long } from 'bson';
import { fieldsOf } from '../bson/fields.ts';
import { toDouble } from '../bson/numeric.ts';
import { isNullish } from '../bson/truth.ts';
import {
  BsonType,
  bsonTypeOf,
  type Document,
  isDocument,
  isNumeric,
  typeName,
  type Value,
} from '../bson/types.ts';
import { ErrorCode, failedToParse, MongoError, notImplemented, typeMismatch } from '../errors.ts';
import { checkApi } from './stable-api.ts';

// What any command may carry in addition to its own fields: the API version, a session, and read and write concerns.

/** The commands that accept a write concern. */
const writingCommands: ReadonlySet<string> = new Set([
  'aggregate',
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'findAndModify',
  'insert',
  'renameCollection',
  'update',
]);

function wrongType(field: string, value: Value, expected: string): MongoError {
  return typeMismatch(
    `BSON field '${field}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
  );
}

/** Refuses what does not name a session: `{id: <UUID>}`. Throws TypeMismatch (14), Location40414. */
export function checkSessionName(field: string, session: Value): asserts session is { id: Binary } {
  if (!isDocument(session)) throw wrongType(field, session, 'object');
  const { id } = session;
  if (id === undefined) {
    throw new MongoError(40414, `BSON field '${field}.id' is missing but a required field`);
  }
  if (bsonTypeOf(id) !== BsonType.binData) throw wrongType(`${field}.id`, id, 'binData');
}

/** Refuses a session, or the number of a retryable write, that is none, and a number without a session. */
function checkSession({ lsid, txnNumber }: Document): void {
  if (!isNullish(lsid)) checkSessionName('OperationSessionInfo.lsid', lsid);
  if (isNullish(txnNumber)) return;
  if (!(txnNumber instanceof Long)) throw wrongType('OperationSessionInfo.txnNumber', txnNumber, 'long');
  if (isNullish(lsid)) {
    throw new MongoError(
      ErrorCode.InvalidOptions,
      'Transaction number requires a session ID to also be specified',
    );
  }
  if (txnNumber.isNegative()) {
    throw new MongoError(ErrorCode.InvalidOptions, 'Transaction number cannot be negative');
  }
}

const readLevels: ReadonlySet<unknown> = new Set(['local', 'majority', 'linearizable', 'available']);
const readFields: ReadonlySet<string> = new Set([
  'level',
  'afterClusterTime',
  'afterOpTime',
  'atClusterTime',
  'provenance',
]);

/** With one node, every level gives the same result, except for snapshot, which is refused. */
function checkReadConcern(concern: Value | undefined): void {
  if (concern === undefined) return;
  if (!isDocument(concern)) throw failedToParse('readConcern field should be an object');
  const unknown = fieldsOf(concern).find(([name]) => !readFields.has(name));
  if (unknown) {
    throw new MongoError(ErrorCode.InvalidOptions, `Unrecognized option in readConcern: ${unknown[0]}`);
  }
  const { level } = concern;
  if (level === undefined || readLevels.has(level)) return;
  if (typeof level !== 'string') throw wrongType('readConcern.level', level, 'string');
  if (level === 'snapshot') throw notImplemented("readConcern level 'snapshot'");
  throw failedToParse(
    "readConcern.level must be either 'local', 'majority', 'linearizable', 'available', or 'snapshot'",
  );
}

/** MongoDB's limit on the number of replica set members. */
const maxMembers = 50;

const writeFields: ReadonlySet<string> = new Set(['w', 'j', 'fsync', 'wtimeout', 'provenance']);

/** Refuses a number of nodes that no replica set can have, and named modes (79), as this one defines none. */
function checkNodes(w: Value | undefined): void {
  if (w === undefined || w === 'majority') return;
  if (typeof w === 'string') {
    throw new MongoError(
      ErrorCode.UnknownReplWriteConcern,
      `No write concern mode named '${w}' found in replica set configuration`,
    );
  }
  if (!isNumeric(w)) throw failedToParse(`w has to be a number, string, or object; found: ${typeName(w)}`);
  const nodes = toDouble(w);
  if (nodes >= 0 && nodes <= maxMembers) return;
  throw failedToParse(
    `w has to be a non-negative number and not greater than ${maxMembers}; found: ${nodes}`,
  );
}

function checkWriteConcern(command: string, concern: Value | undefined): void {
  if (concern === undefined) return;
  if (!isDocument(concern)) throw wrongType('writeConcern', concern, 'object');
  if (!writingCommands.has(command)) {
    throw new MongoError(ErrorCode.InvalidOptions, 'Command does not support writeConcern');
  }
  const unknown = fieldsOf(concern).find(([name]) => !writeFields.has(name));
  if (unknown) throw failedToParse(`unrecognized write concern field: ${unknown[0]}`);
  checkNodes(concern.w);
}

/**
 * Throws MongoDB's errors for what a command carries in addition to its own fields. `command` is its full
 * name.
 */
export function checkGenericArguments(command: string, body: Document): void {
  checkApi(command, body);
  checkSession(body);
  checkReadConcern(body.readConcern);
  checkWriteConcern(command, body.writeConcern);
}

/**
 * What to add to the answer to a write (`writeConcernError`, code 100) that asked for more nodes than there
 * are. The write is done regardless.
 */
export function writeConcernErrorOf({ writeConcern }: Document): Document {
  const w = isDocument(writeConcern) ? writeConcern.w : undefined;
  if (!isNumeric(w) || toDouble(w) <= 1) return {};
  return {
    writeConcernError: {
      code: new Int32(ErrorCode.UnsatisfiableWriteConcern),
      codeName: 'UnsatisfiableWriteConcern',
      errmsg: 'Not enough data-bearing nodes',
      errInfo: { writeConcern: { w, wtimeout: new Int32(0), provenance: 'clientSupplied' } },
    },
  };
}
