import { compareStrings } from '../bson/compare.ts';
import type { Document, Value } from '../bson/types.ts';
import { isRegex } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import type { FilterNode } from '../query/filter-node.ts';
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

function noteSingle(equalities: Equalities, path: string, values: readonly Value[]): void {
  const [only] = values;
  if (values.length === 1 && only !== undefined && !isRegex(only)) note(equalities, path, only);
}

function collect(node: FilterNode, wanted: (path: string) => boolean, equalities: Equalities): void {
  if (node.kind === 'and' || (node.kind === 'or' && node.children.length === 1)) {
    for (const child of node.children) collect(child, wanted, equalities);
  }
  if (node.kind !== 'path' || !wanted(node.path)) return;
  const { path, predicate } = node;
  if (predicate.op === '$eq') note(equalities, path, predicate.value);
  if (predicate.op === '$in' || predicate.op === '$all') noteSingle(equalities, path, predicate.values);
}

/** The fields that a filter's equalities fix; of a replacement's filter only `_id`. */
export function documentOfEqualities(filter: FilterNode, isReplacement: boolean): Document {
  const equalities: Equalities = new Map();
  collect(filter, (path) => !isReplacement || path === '_id', equalities);
  const tree = new UpdateTree();
  const entries = [...equalities].sort(([a], [b]) => compareStrings(a, b));
  for (const [path, value] of entries) tree.add(parseUpdatePath(path), set(value));
  const context = { now: new Date(0), isInsert: true, matchedIndex: undefined, root: {} };
  const built = applyNode(tree.root, {}, { context, matchers: new Map() }, []);
  return built as Document;
}
