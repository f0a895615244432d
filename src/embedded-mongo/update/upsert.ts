import { compareStrings, equalValues } from '../bson/compare.ts';
import type { Document, Value } from '../bson/types.ts';
import { isRegex } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import type { FilterNode, Predicate } from '../query/filter-node.ts';
import { applyNode } from './apply-tree.ts';
import { set } from './operators/assign.ts';
import { parseUpdatePath } from './update-path.ts';
import { UpdateTree } from './update-tree.ts';

type Equalities = Map<string, Value>;

function notSingle(message: string): MongoError {
  return new MongoError(ErrorCode.NotSingleValueField, `cannot infer query fields to set, ${message}`);
}

function note(equalities: Equalities, path: string, value: Value): void {
  for (const other of equalities.keys()) {
    if (other === path) throw notSingle(`path '${path}' is matched twice`);
    if (other.startsWith(`${path}.`) || path.startsWith(`${other}.`)) {
      throw notSingle(`both paths '${other}' and '${path}' are matched`);
    }
  }
  equalities.set(path, value);
}

/**
 * The values that a predicate fixes for its path: `$all` is an equality with each of its values, `$in` with a single
 * value is one as well.
 */
function equalitiesOf(predicate: Predicate): readonly Value[] {
  if (predicate.op === '$eq') return [predicate.value];
  if (predicate.op !== '$all' && predicate.op !== '$in') return [];
  if (predicate.op === '$all') return predicate.values.filter((value) => !isRegex(value));
  const [only] = predicate.values;
  const isOne = only !== undefined && predicate.values.every((value) => equalValues(value, only));
  return isOne && !isRegex(only) ? [only] : [];
}

function collect(node: FilterNode, note: (path: string, value: Value) => void): void {
  if (node.kind === 'and') for (const child of node.children) collect(child, note);
  if (node.kind === 'path') for (const value of equalitiesOf(node.predicate)) note(node.path, value);
}

function noteId(equalities: Equalities, path: string, value: Value): void {
  if (path === '_id') note(equalities, path, value);
  if (path.startsWith('_id.')) {
    throw new MongoError(
      ErrorCode.NotExactValueField,
      `field at '_id' must be exactly specified, field at sub-path '${path}' found`,
    );
  }
}

/**
 * The fields that a filter's equalities determine; for a replacement, only `_id`. Throws NotSingleValueField (54) if
 * it determines one path twice, and NotExactValueField (111) if it determines a part of a replacement's `_id`.
 */
export function documentOfEqualities(filter: FilterNode, isReplacement: boolean): Document {
  const equalities: Equalities = new Map();
  const noteField = isReplacement ? noteId : note;
  collect(filter, (path, value) => noteField(equalities, path, value));
  const tree = new UpdateTree();
  const entries = [...equalities].sort(([a], [b]) => compareStrings(a, b));
  for (const [path, value] of entries) tree.add(parseUpdatePath(path), set(value));
  const context = { now: new Date(0), isInsert: true, matchedIndex: undefined, root: {} };
  const built = applyNode(tree.root, {}, { context, matchers: new Map() }, []);
  return built as Document;
}
