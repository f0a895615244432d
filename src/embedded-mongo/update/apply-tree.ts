import { arrayIndex, copyOf, getField, isDbRefField, setField } from '../bson/fields.ts';
import { type Document, isDocument, typeName, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { checkDbRefField } from './db-ref.ts';
import type { LeafContext } from './leaf.ts';
import { mergeNodes, noMatchedPosition, type UpdateNode } from './update-tree.ts';

/** Which elements the identifier in `$[identifier]` stands for. */
export type ElementMatchers = ReadonlyMap<string, (element: Value) => boolean>;

/** What the nodes share while they are applied to one document. */
export interface Application {
  readonly context: LeafContext;
  readonly matchers: ElementMatchers;
}

type Path = readonly string[];
export type Fields = Extract<UpdateNode, { kind: 'fields' }>;
export type Elements = Extract<UpdateNode, { kind: 'elements' }>;

/** MongoDB's limit for the nulls that are added when an element after an array's end is set. */
const maxPadding = 1_500_000;

function nonViable(value: Value, name: string, path: Path): MongoError {
  const element = `{${path.at(-1) ?? ''}: ${typeName(value)}}`;
  return new MongoError(ErrorCode.PathNotViable, `Cannot create field '${name}' in element ${element}`);
}

/** Whether everything below the node tolerates that its path cannot exist. */
function tolerates(node: UpdateNode, application: Application): boolean {
  if (node.kind !== 'leaf')
    return [...node.children.values()].every((child) => tolerates(child, application));
  const { leaf } = node;
  return leaf.toleratesNonViablePath === true || leaf.isActive?.(application.context) === false;
}

/** The children by name, with `$` replaced by the matched position. */
export function resolveFields(node: Fields, application: Application, path: Path): Map<string, UpdateNode> {
  const positional = node.children.get('$');
  if (positional === undefined) return node.children;
  const index = application.context.matchedIndex;
  if (index === undefined) throw noMatchedPosition();
  const { children } = node;
  const rest = new Map([...children].filter(([name]) => name !== '$'));
  const named: UpdateNode = { kind: 'fields', children: new Map([[String(index), positional]]) };
  const merged = mergeNodes({ kind: 'fields', children: rest }, named, path);
  return merged.kind === 'leaf' ? rest : merged.children;
}

function applyToDocument(
  children: Map<string, UpdateNode>,
  document: Document,
  application: Application,
  path: Path,
): Document {
  let result = document;
  for (const [name, child] of children) {
    const current = getField(document, name);
    const next = applyNode(child, current, application, [...path, name]);
    if (next === current) continue;
    if (result === document) result = copyOf(document);
    if (next === undefined) delete result[name];
    else setField(result, name, next);
  }
  if (result === document) return document;
  for (const name of children.keys()) if (isDbRefField(name)) checkDbRefField(result, name);
  return result;
}

function applyToArray(
  children: Map<string, UpdateNode>,
  array: Value[],
  application: Application,
  path: Path,
): Value[] {
  let result = array;
  for (const [name, child] of children) {
    const index = arrayIndex(name);
    if (index < 0) {
      if (!tolerates(child, application)) throw nonViable(array, name, path);
      continue;
    }
    const current = array[index];
    const next = applyNode(child, current, application, [...path, name]);
    if (next === current) continue;
    if (index - array.length > maxPadding) throw badValue(`can't backfill more than ${maxPadding} elements`);
    if (result === array) result = [...array];
    while (result.length < index) result.push(null);
    // Unsetting an element leaves null behind, so the others keep their positions.
    result[index] = next ?? null;
  }
  return result;
}

function applyFields(
  node: Fields,
  value: Value | undefined,
  application: Application,
  path: Path,
): Value | undefined {
  const children = resolveFields(node, application, path);
  if (value === undefined) {
    const empty: Document = {};
    const created = applyToDocument(children, empty, application, path);
    return created === empty ? undefined : created;
  }
  if (Array.isArray(value)) return applyToArray(children, value, application, path);
  if (isDocument(value)) return applyToDocument(children, value, application, path);
  for (const [name, child] of children) {
    if (!tolerates(child, application)) throw nonViable(value, name, path);
  }
  return value;
}

function matchesElement(identifier: string, element: Value, application: Application): boolean {
  return identifier === '' || application.matchers.get(identifier)?.(element) === true;
}

/** What to do with an element, or undefined if no identifier stands for it. */
export function nodeOfElement(
  node: Elements,
  element: Value,
  application: Application,
  at: Path,
): UpdateNode | undefined {
  const matched = [...node.children].filter(([identifier]) =>
    matchesElement(identifier, element, application),
  );
  const [first, ...others] = matched.map(([, child]) => child);
  return first && others.reduce((merged, child) => mergeNodes(merged, child, at), first);
}

function applyElements(
  node: Elements,
  value: Value | undefined,
  application: Application,
  path: Path,
): Value | undefined {
  if (value === undefined) {
    if (tolerates(node, application) && isInactive(node, application)) return undefined;
    throw badValue(
      `The path '${path.join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  if (!Array.isArray(value)) {
    throw badValue(`Cannot apply array updates to non-array element ${path.at(-1)}: ${typeName(value)}`);
  }
  const result = value.map((element, index) => {
    const at = [...path, String(index)];
    const child = nodeOfElement(node, element, application, at);
    return child ? (applyNode(child, element, application, at) ?? null) : element;
  });
  return result.some((element, index) => element !== value[index]) ? result : value;
}

function isInactive(node: UpdateNode, application: Application): boolean {
  if (node.kind === 'leaf') return node.leaf.isActive?.(application.context) === false;
  return [...node.children.values()].every((child) => isInactive(child, application));
}

/**
 * Applies a node to the value at its path. Returns the very same value if nothing changes, and `undefined` if the
 * value is removed or stays missing; nothing is changed in place.
 */
export function applyNode(
  node: UpdateNode,
  value: Value | undefined,
  application: Application,
  path: Path,
): Value | undefined {
  switch (node.kind) {
    case 'leaf': {
      const { leaf } = node;
      if (leaf.isActive?.(application.context) === false) return value;
      return leaf.apply(value, application.context, path);
    }
    case 'fields':
      return applyFields(node, value, application, path);
    case 'elements':
      return applyElements(node, value, application, path);
  }
}
