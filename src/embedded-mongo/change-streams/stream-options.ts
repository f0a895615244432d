import type { Timestamp } from 'bson';
import { BsonType, bsonTypeOf, type Document, isDocument, typeName, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, MongoError, notImplemented, typeMismatch } from '../errors.ts';
import { opTimeOf } from '../storage/op-time.ts';
import { decodeToken, type ResumePoint } from './resume-token.ts';

const fullDocumentModes = ['default', 'updateLookup', 'whenAvailable', 'required'] as const;
const beforeChangeModes = ['off', 'whenAvailable', 'required'] as const;

/** What `$changeStream` was asked for. */
export interface StreamOptions {
  readonly fullDocument: (typeof fullDocumentModes)[number];
  readonly fullDocumentBeforeChange: (typeof beforeChangeModes)[number];
  readonly isWholeDeployment: boolean;
  /** Whether the events and fields that MongoDB 6.0 added are reported. */
  readonly showsExpandedEvents: boolean;
  /** Where to begin; undefined for what is changed from now on. */
  readonly start: ResumePoint | undefined;
}

const flags = [
  'allChangesForCluster',
  'showExpandedEvents',
  'showMigrationEvents',
  'showSystemEvents',
  'showRawUpdateDescription',
  'allowToRunOnConfigDB',
  'allowToRunOnSystemNS',
];
const refusedFlags = flags.slice(3);
const fields = new Set([
  ...flags,
  'fullDocument',
  'fullDocumentBeforeChange',
  'resumeAfter',
  'startAfter',
  'startAtOperationTime',
]);

const wrongType = (name: string, value: Value, expected: string): MongoError =>
  typeMismatch(
    `BSON field '$changeStream.${name}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
  );

function flagOf(spec: Document, name: string): boolean {
  const value = spec[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw wrongType(name, value, 'bool');
  return value;
}

function modeOf<Mode extends string>(spec: Document, name: string, modes: readonly [Mode, ...Mode[]]): Mode {
  const value = spec[name];
  if (value === undefined || value === null) return modes[0];
  if (typeof value !== 'string') throw wrongType(name, value, 'string');
  const mode = modes.find((each) => each === value);
  if (mode === undefined) {
    throw badValue(`Enumeration value '${value}' for field '$changeStream.${name}' is not a valid value.`);
  }
  return mode;
}

function tokenOf(spec: Document, name: string): ResumePoint | undefined {
  const value = spec[name];
  if (value === undefined || value === null) return undefined;
  if (!isDocument(value)) throw wrongType(name, value, 'object');
  return decodeToken(value);
}

function startTimeOf(spec: Document): ResumePoint | undefined {
  const value = spec.startAtOperationTime;
  if (value === undefined || value === null) return undefined;
  if (bsonTypeOf(value) !== BsonType.timestamp) throw wrongType('startAtOperationTime', value, 'timestamp');
  return { kind: 'from', time: opTimeOf(value as Timestamp) };
}

function startOf(spec: Document): ResumePoint | undefined {
  const given = (name: string): boolean => spec[name] !== undefined && spec[name] !== null;
  if (given('resumeAfter') && given('startAfter')) {
    throw new MongoError(
      50865,
      "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage",
    );
  }
  const resumeAfter = tokenOf(spec, 'resumeAfter');
  const token = resumeAfter ?? tokenOf(spec, 'startAfter');
  const time = startTimeOf(spec);
  if (token && time) {
    throw new MongoError(40674, 'Only one type of resume option is allowed, but multiple were found');
  }
  if (resumeAfter?.kind === 'invalidate') {
    throw new MongoError(
      ErrorCode.InvalidResumeToken,
      "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification",
    );
  }
  return token ?? time;
}

/** Reads the stage's argument. Throws MongoDB's errors for what it refuses. */
export function parseStreamOptions(spec: Value): StreamOptions {
  if (!isDocument(spec)) throw new MongoError(50808, '$changeStream stage expects a document as argument');
  const unknown = Object.keys(spec).find((name) => !fields.has(name));
  if (unknown !== undefined) {
    throw new MongoError(40415, `BSON field '$changeStream.${unknown}' is an unknown field.`);
  }
  for (const name of flags) {
    if (flagOf(spec, name) && refusedFlags.includes(name)) throw notImplemented(`$changeStream with ${name}`);
  }
  return {
    fullDocument: modeOf(spec, 'fullDocument', fullDocumentModes),
    fullDocumentBeforeChange: modeOf(spec, 'fullDocumentBeforeChange', beforeChangeModes),
    isWholeDeployment: flagOf(spec, 'allChangesForCluster'),
    showsExpandedEvents: flagOf(spec, 'showExpandedEvents'),
    start: startOf(spec),
  };
}
