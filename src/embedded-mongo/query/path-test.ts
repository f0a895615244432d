import { arrayIndex, getField, splitPath } from '../bson/fields.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import type { DocumentTest, ElementTest, NodeCompiler, Position } from './compiled-test.ts';
import { compileElementTest } from './element-test.ts';
import type { Predicate } from './filter-node.ts';

interface Walk {
  readonly components: readonly string[];
  readonly test: ElementTest;
  /** Whether an array at the path's end is tested element by element before it is tested itself. */
  readonly entersLeafArrays: boolean;
}

function noting(position: Position | undefined, index: number): true {
  if (position !== undefined) position.index = index;
  return true;
}

function testLeaf(walk: Walk, value: Value | undefined, position: Position | undefined): boolean {
  if (walk.entersLeafArrays && Array.isArray(value)) {
    const index = value.findIndex((element) => walk.test(element, position));
    if (index >= 0) return noting(position, index);
  }
  return walk.test(value, position);
}

function walkDocument(walk: Walk, document: Document, at: number, position: Position | undefined): boolean {
  const value = getField(document, walk.components[at] ?? '');
  if (at === walk.components.length - 1) return testLeaf(walk, value, position);
  if (Array.isArray(value)) return walkArray(walk, value, at + 1, position);
  return isDocument(value) ? walkDocument(walk, value, at + 1, position) : walk.test(undefined, position);
}

function walkElement(walk: Walk, element: Value, at: number, position: Position | undefined): boolean {
  if (at === walk.components.length) return walk.test(element, position);
  if (Array.isArray(element)) return walkArray(walk, element, at, position);
  return isDocument(element) && walkDocument(walk, element, at, position);
}

/**
 * An array before the path's end: every document in it is entered, and so is the element that the path numbers. The
 * latter yields no position, since the path named it and nothing was searched.
 */
function walkArray(walk: Walk, array: readonly Value[], at: number, position: Position | undefined): boolean {
  const numbered = arrayIndex(walk.components[at] ?? '');
  for (const [index, element] of array.entries()) {
    if (isDocument(element) && walkDocument(walk, element, at, position)) return noting(position, index);
    if (index === numbered && walkElement(walk, element, at + 1, position)) return true;
  }
  return false;
}

const arrayOperators: ReadonlySet<string> = new Set([
  '$size',
  '$elemMatch',
  '$elemMatchValue',
  '$allElemMatch',
]);

function compileAny(path: string, predicate: Predicate, compileNode: NodeCompiler): DocumentTest {
  const test = compileElementTest(predicate, compileNode);
  const entersLeafArrays = !arrayOperators.has(predicate.op);
  const components = splitPath(path);
  const walk: Walk = { components, test, entersLeafArrays };
  if (components.length === 1)
    return (document, position) => testLeaf(walk, getField(document, path), position);
  return (document, position) => walkDocument(walk, document, 0, position);
}

function none(tests: readonly DocumentTest[]): DocumentTest {
  return (document) => !tests.every((test) => test(document));
}

function all(tests: readonly DocumentTest[]): DocumentTest {
  return (document, position) => tests.length > 0 && tests.every((test) => test(document, position));
}

/** The predicate that one value of `$all` stands for. */
function equalityOf(value: Value): Predicate {
  return { op: '$in', values: [value] };
}

/** Compiles a predicate on a dotted path, entering arrays as MongoDB does. */
export function compilePathTest(path: string, predicate: Predicate, compileNode: NodeCompiler): DocumentTest {
  switch (predicate.op) {
    case '$ne':
      return none([compileAny(path, { op: '$eq', value: predicate.value }, compileNode)]);
    case '$nin':
      return none([compileAny(path, { op: '$in', values: predicate.values }, compileNode)]);
    case '$not':
      return none(predicate.predicates.map((inner) => compilePathTest(path, inner, compileNode)));
    case '$all':
      return all(predicate.values.map((value) => compilePathTest(path, equalityOf(value), compileNode)));
    case '$allElemMatch':
      return all(predicate.predicates.map((inner) => compilePathTest(path, inner, compileNode)));
    case '$exists': {
      const exists = compileAny(path, { op: '$exists', value: true }, compileNode);
      return predicate.value ? exists : none([exists]);
    }
    default:
      return compileAny(path, predicate, compileNode);
  }
}
