import { fieldsOf } from '../bson/fields.ts';
import { type Document, isDocument, typeName, type Value } from '../bson/types.ts';
import { ErrorCode, MongoError, typeMismatch } from '../errors.ts';

// MongoDB's Stable API: what a client that declares `apiVersion: '1', apiStrict: true` may use. The lists are those
// of MongoDB 7.0's manual and command definitions, as far as the embedded database knows these things at all.

/** The commands in version 1. */
const stableCommands: ReadonlySet<string> = new Set([
  'aggregate',
  'count',
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'endSessions',
  'explain',
  'find',
  'findAndModify',
  'getMore',
  'hello',
  'insert',
  'killCursors',
  'listCollections',
  'listDatabases',
  'listIndexes',
  'ping',
  'refreshSessions',
  'update',
]);

/** Fields of those commands that are not in version 1. */
const unstableFields: Readonly<Record<string, readonly string[]>> = {
  aggregate: ['explain'],
  create: ['autoIndexId', 'capped', 'indexOptionDefaults', 'max', 'size', 'storageEngine'],
  createIndexes: ['ignoreUnknownIndexOptions'],
  find: ['awaitData', 'max', 'min', 'noCursorTimeout', 'returnKey', 'showRecordId', 'tailable'],
  getMore: ['term'],
};

const unstableIndexOptions = ['background', 'bucketSize', 'dropDups', 'sparse', 'storageEngine'];

const unstableStages: ReadonlySet<string> = new Set([
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$planCacheStats',
  '$search',
]);

const strictError = (message: string): MongoError => new MongoError(ErrorCode.APIStrictError, message);

const isUsed = (value: Value | undefined): boolean => value !== undefined && value !== null;

function checkFields(command: string, body: Document): void {
  // A strict client may say that a collection is not capped.
  const isAllowed = (name: string): boolean => name === 'capped' && body[name] === false;
  const field = unstableFields[command]?.find((name) => isUsed(body[name]) && !isAllowed(name));
  if (field === undefined) return;
  throw strictError(`BSON field '${command}.${field}' is not allowed with apiStrict:true.`);
}

function checkIndexes(specs: Value | undefined): void {
  for (const spec of Array.isArray(specs) ? specs.filter(isDocument) : []) {
    const option = unstableIndexOptions.find((name) => isUsed(spec[name]));
    if (option !== undefined) {
      throw strictError(`BSON field 'NewIndexSpec.${option}' is not allowed with apiStrict:true.`);
    }
    const key = isDocument(spec.key) ? fieldsOf(spec.key) : [];
    if (key.some(([, value]) => value === 'text')) throw strictError('text indexes are not in API Version 1');
  }
}

/** The pipelines inside a stage. */
function pipelinesIn(stage: string, specification: Value): Value[] {
  if (!isDocument(specification)) return [];
  if (stage === '$facet') return fieldsOf(specification).map(([, pipeline]) => pipeline);
  return stage === '$lookup' || stage === '$unionWith' ? [specification.pipeline ?? null] : [];
}

function checkStages(pipeline: Value | undefined): void {
  for (const stage of Array.isArray(pipeline) ? pipeline.filter(isDocument) : []) {
    for (const [name, specification] of fieldsOf(stage)) {
      const more = name === '$collStats' && isDocument(specification) ? Object.keys(specification) : [];
      if (unstableStages.has(name) || more.some((part) => part !== 'count')) {
        throw strictError(`stage ${name} is not allowed with 'apiStrict: true' in API Version 1`);
      }
      for (const inner of pipelinesIn(name, specification)) checkStages(inner);
    }
  }
}

function checkStrictly(command: string, body: Document): void {
  checkFields(command, body);
  if (command === 'createIndexes') checkIndexes(body.indexes);
  if (command === 'aggregate') checkStages(body.pipeline);
  const explained = command === 'explain' && isDocument(body.explain) ? body.explain : undefined;
  if (explained) checkStrictly(Object.keys(explained)[0] ?? '', explained);
}

function flagOf(body: Document, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw typeMismatch(`BSON field '${name}' is the wrong type '${typeName(value)}', expected type 'bool'`);
}

/**
 * Throws MongoDB's errors for an API version that it does not have (322), and for what a strict client uses beyond
 * it (323). `command` is its full name.
 */
export function checkApi(command: string, body: Document): void {
  const { apiVersion: version } = body;
  const isStrict = flagOf(body, 'apiStrict');
  flagOf(body, 'apiDeprecationErrors');
  if (version === undefined) {
    if (body.apiStrict === undefined && body.apiDeprecationErrors === undefined) return;
    throw new MongoError(
      4886600,
      'Provided apiStrict and/or apiDeprecationErrors without passing apiVersion',
    );
  }
  if (typeof version !== 'string') {
    throw typeMismatch(
      `BSON field 'apiVersion' is the wrong type '${typeName(version)}', expected type 'string'`,
    );
  }
  if (version !== '1') throw new MongoError(ErrorCode.APIVersionError, 'API version must be "1"');
  if (!isStrict) return;
  if (!stableCommands.has(command)) {
    throw strictError(
      `Provided apiStrict:true, but the command ${command} is not in API Version ${version}. Information on supported commands and migrations in API Version 1 can be found at https://dochub.mongodb.org/core/manual-versioned-api`,
    );
  }
  checkStrictly(command, body);
}

/** What a command declares of the API, as text. Every `getMore` of a cursor must declare the same as its opening. */
export function declaredApi({ apiVersion, apiStrict, apiDeprecationErrors }: Document): string {
  return JSON.stringify({ apiVersion, apiStrict, apiDeprecationErrors });
}
