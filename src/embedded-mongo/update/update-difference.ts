import { arrayIndex, getField } from '../bson/fields.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { type Application, type Elements, type Fields, nodeOfElement, resolveFields } from './apply-tree.ts';
import { type Change, type DocumentDifference, noDifference, noteField } from './difference.ts';
import type { Leaf } from './leaf.ts';
import type { UpdateNode } from './update-tree.ts';

type Path = readonly string[];

const whole = (value: Value): Change => ({ kind: 'value', value });

const atPositions = (elements: [number, Change][]): Change => ({ kind: 'array', elements });

/** MongoDB reports elements that are only appended one by one, and otherwise changed arrays as a whole. */
function changeOfLeaf(leaf: Leaf, from: Value | undefined, to: Value): Change {
  const appended = Array.isArray(from) ? leaf.appendsTo?.(from) : undefined;
  if (appended === undefined || !Array.isArray(to)) return whole(to);
  const start = to.length - appended;
  return atPositions(to.slice(start).map((value, i) => [start + i, whole(value)]));
}

function changeInArray(
  node: Fields,
  from: readonly Value[],
  to: readonly Value[],
  application: Application,
  path: Path,
): Change {
  const elements: [number, Change][] = [];
  for (const [name, child] of resolveFields(node, application, path)) {
    const index = arrayIndex(name);
    const change = changeAt(child, from[index], to[index], application, [...path, name]);
    if (change) elements.push([index, change]);
  }
  return atPositions(elements.sort(([a], [b]) => a - b));
}

/** If `$[]` or `$[identifier]` changed more than one element, the array is reported as a whole. */
function changeOfElements(
  node: Elements,
  from: readonly Value[],
  to: readonly Value[],
  application: Application,
  path: Path,
): Change {
  const changed = to.flatMap((element, index) => (element === from[index] ? [] : [index]));
  const [index] = changed;
  if (changed.length !== 1 || index === undefined) return whole([...to]);
  const matched = from.flatMap((element, i) => {
    const child = nodeOfElement(node, element, application, [...path, String(i)]);
    return child ? [child] : [];
  });
  const [only] = matched;
  const value = to[index] ?? null;
  const change =
    only && matched.length === 1
      ? changeAt(only, from[index], value, application, [...path, String(index)])
      : whole(value);
  return atPositions(change ? [[index, change]] : []);
}

function changeAt(
  node: UpdateNode,
  from: Value | undefined,
  to: Value | undefined,
  application: Application,
  path: Path,
): Change | undefined {
  if (from === to || to === undefined) return undefined;
  if (node.kind === 'leaf') return changeOfLeaf(node.leaf, from, to);
  if (Array.isArray(from) && Array.isArray(to)) {
    return node.kind === 'fields'
      ? changeInArray(node, from, to, application, path)
      : changeOfElements(node, from, to, application, path);
  }
  if (node.kind === 'fields' && isDocument(from) && isDocument(to)) {
    return changeInDocument(node, from, to, application, path);
  }
  return whole(to);
}

function changeInDocument(
  node: Fields,
  from: Document,
  to: Document,
  application: Application,
  path: Path,
): DocumentDifference {
  const difference = noDifference();
  for (const [name, child] of resolveFields(node, application, path)) {
    const before = getField(from, name);
    const after = getField(to, name);
    if (before === after) continue;
    const change = changeAt(child, before, after, application, [...path, name]);
    if (change) noteField(difference, name, change, before === undefined);
    else difference.removed.push(name);
  }
  return difference;
}

/**
 * What operators changed in a document: as in MongoDB, described by the paths that they name, rather than by
 * comparing. The documents share whatever is the same in both.
 */
export function differenceOfUpdate(
  root: UpdateNode,
  from: Document,
  to: Document,
  application: Application,
): DocumentDifference | undefined {
  return root.kind === 'fields' ? changeInDocument(root, from, to, application, []) : undefined;
}
