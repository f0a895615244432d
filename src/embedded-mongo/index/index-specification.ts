import { Int32 } from 'bson';
import { equalValues } from '../bson/compare.ts';
import { documentOf, fieldsOf, isDbRefField } from '../bson/fields.ts';
import { toDouble } from '../bson/numeric.ts';
import { isTruthy } from '../bson/truth.ts';
import { type Document, isDocument, isNumeric, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, failedToParse, MongoError, notImplemented, typeMismatch } from '../errors.ts';
import type { FilterNode } from '../query/filter-node.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { describeDocument } from './duplicate-key.ts';
import { isIdKey } from './index-definition.ts';

const cannotCreate = (message: string): MongoError => new MongoError(ErrorCode.CannotCreateIndex, message);
const maxFields = 32;
const maxExpireAfterSeconds = 2_147_483_647;

/** What an index on `_id` may say of itself. */
const idOptions = new Set(['v', 'key', 'name', 'ns', 'collation']);

const knownOptions = new Set([
  ...idOptions,
  'unique',
  'sparse',
  'background',
  'dropDups',
  'hidden',
  'partialFilterExpression',
  'expireAfterSeconds',
]);

const invalidOption = (name: string, kind: string, spec: Document): MongoError =>
  new MongoError(
    ErrorCode.InvalidIndexSpecificationOption,
    `The field '${name}' is not valid for an ${kind} specification. Specification: ${describeDocument(spec)}`,
  );

function checkKeyField(path: string, value: Value): void {
  if (typeof value === 'string')
    throw cannotCreate(`Index type '${value}' is not supported by the embedded database`);
  if (!isNumeric(value) || toDouble(value) === 0 || Number.isNaN(toDouble(value))) {
    throw cannotCreate(`Values in v:2 index key pattern must be numbers other than 0: ${path}`);
  }
  if (path === '$**' || path.endsWith('.$**'))
    throw cannotCreate('Wildcard indexes are not supported by the embedded database');
  for (const [i, component] of path.split('.').entries()) {
    if (component === '') throw cannotCreate('Index keys cannot contain an empty field.');
    // A DBRef's fields may be indexed.
    if (component.startsWith('$') && (i === 0 || !isDbRefField(component))) {
      throw cannotCreate("Index key contains an illegal field name: field name starts with '$'.");
    }
  }
}

function checkKey(spec: Document): Document {
  const { key } = spec;
  if (key === undefined) {
    throw failedToParse(
      `The 'key' field is a required property of an index specification. Specification: ${describeDocument(spec)}`,
    );
  }
  if (!isDocument(key)) throw typeMismatch("The field 'key' must be an object");
  const fields = fieldsOf(key);
  if (fields.length === 0) throw cannotCreate('Index keys cannot be empty.');
  if (fields.length > maxFields) throw cannotCreate(`Index key pattern has more than ${maxFields} fields`);
  for (const [path, value] of fields) checkKeyField(path, value);
  return key;
}

const partialOperators = new Set(['$eq', '$in', '$gt', '$gte', '$lt', '$lte', '$type']);

function checkPartialFilter(node: FilterNode): void {
  if (node.kind === 'always') return;
  if (node.kind === 'and' || node.kind === 'or') {
    for (const child of node.children) checkPartialFilter(child);
    return;
  }
  const { predicate } = node.kind === 'path' ? node : { predicate: undefined };
  const isSupported =
    predicate && (partialOperators.has(predicate.op) || (predicate.op === '$exists' && predicate.value));
  if (!isSupported) throw cannotCreate('Expression not supported in partial index');
}

/** The version of an index: 1 and 2 are served alike. */
function checkVersion(version: Value | undefined): Int32 {
  if (version === undefined) return new Int32(2);
  if (!isNumeric(version)) throw typeMismatch("The field 'v' must be a number");
  const number = toDouble(version);
  if (number === 1 || number === 2) return new Int32(number);
  if (!Number.isInteger(number)) throw badValue('Index version must be representable as a 32-bit integer');
  throw cannotCreate(`Invalid index specification: cannot create an index with v:${number}`);
}

function checkName(spec: Document): string {
  const { name } = spec;
  if (name === undefined) {
    throw failedToParse(
      `The 'name' field is a required property of an index specification. Specification: ${describeDocument(spec)}`,
    );
  }
  if (typeof name !== 'string') throw typeMismatch("The field 'name' must be a string");
  if (name === '') throw cannotCreate('index name cannot be empty');
  if (name.includes('\0')) throw cannotCreate('index name cannot contain NUL bytes');
  if (name === '*') throw badValue("The index name '*' is not valid.");
  return name;
}

/** The options that are true or false; numbers are accepted as well. */
const flags = ['unique', 'sparse'];

function checkOptions(spec: Document): void {
  for (const flag of flags) {
    const value = spec[flag];
    if (value === undefined || typeof value === 'boolean' || isNumeric(value)) continue;
    throw typeMismatch(
      `The field '${flag}' is not convertible to bool. Specification: ${describeDocument(spec)}`,
    );
  }
  if (spec.hidden === true) throw notImplemented('A hidden index');
  const { collation, partialFilterExpression: filter, expireAfterSeconds } = spec;
  if (isDocument(collation) && collation.locale !== 'simple')
    throw notImplemented('A collation other than simple');
  if (filter !== undefined) {
    if (!isDocument(filter)) throw typeMismatch("The field 'partialFilterExpression' must be an object");
    if (isTruthy(spec.sparse))
      throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
    checkPartialFilter(parseFilter(filter));
  }
  if (expireAfterSeconds !== undefined) checkExpiry(spec, expireAfterSeconds);
}

function checkExpiry(spec: Document, value: Value): void {
  const seconds = isNumeric(value) ? toDouble(value) : Number.NaN;
  if (!(seconds >= 0 && seconds <= maxExpireAfterSeconds)) {
    throw cannotCreate(
      `TTL index 'expireAfterSeconds' option must be numeric and within an acceptable range. Index spec: ${describeDocument(spec)}`,
    );
  }
  if (fieldsOf(spec.key as Document).length > 1) {
    throw cannotCreate(
      `TTL indexes are single-field indexes, compound indexes do not support TTL. Index spec: ${describeDocument(spec)}`,
    );
  }
}

/** The specification, or what is known of it if the rest is to be ignored. Throws 197 for an option that is none. */
function knownPart(spec: Document, isId: boolean, ignoreUnknown: boolean): Document {
  const allowed = isId ? idOptions : knownOptions;
  const unknown = Object.keys(spec).filter((name) => !allowed.has(name));
  const refused = unknown.find((name) => !ignoreUnknown || knownOptions.has(name));
  if (refused !== undefined) throw invalidOption(refused, isId ? '_id index' : 'index', spec);
  return unknown.length === 0 ? spec : documentOf(fieldsOf(spec).filter(([name]) => allowed.has(name)));
}

/**
 * Checks an index specification and completes it (`v`, `name`). Throws CannotCreateIndex (67) for types of index that
 * this server does not support (text, hashed, geo, wildcard), and MongoDB's errors for anything invalid.
 */
export function checkIndexSpecification(given: Value, { ignoreUnknown = false } = {}): Document {
  if (!isDocument(given)) throw typeMismatch("BSON field 'createIndexes.indexes' must hold objects");
  const key = checkKey(given);
  const isId = isIdKey(key);
  const spec = knownPart(given, isId, ignoreUnknown);
  const name = checkName(spec);
  const v = checkVersion(spec.v);
  checkOptions(spec);
  // `dropDups` is taken and forgotten, as MongoDB has done since it cannot drop duplicates any more.
  const forgotten = new Set(['v', 'key', 'name', 'ns', 'dropDups', 'hidden', 'collation']);
  const options = documentOf(fieldsOf(spec).filter(([option]) => !forgotten.has(option)));
  for (const flag of flags) {
    if (isTruthy(options[flag])) options[flag] = true;
    else delete options[flag];
  }
  return { v, key, name: isId ? '_id_' : name, ...options };
}

const signature = ['key', 'partialFilterExpression', 'unique', 'sparse'];
const agree = (a: Document, b: Document, names: readonly string[]): boolean =>
  names.every((name) => equalValues(a[name], b[name]));

/**
 * Compares a new index with the existing ones: an identical one is no conflict, but leaves nothing to do (true).
 * Throws IndexOptionsConflict (85) and IndexKeySpecsConflict (86).
 */
export function isAlreadyThere(existing: readonly Document[], spec: Document): boolean {
  for (const other of existing) {
    const isSame =
      agree(other, spec, signature) || (isIdKey(other.key as Document) && isIdKey(spec.key as Document));
    if (isSame && other.name === spec.name) {
      if (isIdKey(spec.key as Document) || agree(other, spec, ['expireAfterSeconds'])) return true;
      throw new MongoError(
        ErrorCode.IndexOptionsConflict,
        `An equivalent index already exists with the same name but different options. Requested index: ${describeDocument(spec)}, existing index: ${describeDocument(other)}`,
      );
    }
    if (isSame) {
      throw new MongoError(
        ErrorCode.IndexOptionsConflict,
        `Index already exists with a different name: ${String(other.name)}`,
      );
    }
    if (other.name === spec.name) {
      throw new MongoError(
        ErrorCode.IndexKeySpecsConflict,
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${describeDocument(spec)}, existing index: ${describeDocument(other)}`,
      );
    }
  }
  return false;
}
