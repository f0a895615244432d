import { compareStrings } from '../bson/compare.ts';
import { arrayIndex } from '../bson/fields.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import type { Leaf } from './leaf.ts';
import { identifierOf } from './update-path.ts';

/** A node of the tree that the paths of an update form. */
export type UpdateNode =
  | { kind: 'leaf'; leaf: Leaf }
  /** Fields by name, in the order in which they are applied; `$` stands for the matched position. */
  | { kind: 'fields'; children: Map<string, UpdateNode> }
  /** Elements by identifier; the empty one (`$[]`) stands for all. */
  | { kind: 'elements'; children: Map<string, UpdateNode> };

function conflict(path: string, at: string): MongoError {
  return new MongoError(
    ErrorCode.ConflictingUpdateOperators,
    `Updating the path '${path}' would create a conflict at '${at}'`,
  );
}

function kindFor(component: string): 'fields' | 'elements' {
  return identifierOf(component) === undefined ? 'fields' : 'elements';
}

function chain(components: readonly string[], leaf: Leaf): UpdateNode {
  const [first, ...rest] = components;
  if (first === undefined) return { kind: 'leaf', leaf };
  return { kind: kindFor(first), children: new Map([[identifierOf(first) ?? first, chain(rest, leaf)]]) };
}

/** Merges two nodes of the same path; refuses (40) if both change the same value. */
export function mergeNodes(a: UpdateNode, b: UpdateNode, path: readonly string[]): UpdateNode {
  if (a.kind === 'leaf' || b.kind === 'leaf' || a.kind !== b.kind)
    throw conflict(path.join('.'), path.join('.'));
  const children = new Map(a.children);
  for (const [name, node] of b.children) {
    const present = children.get(name);
    children.set(name, present === undefined ? node : mergeNodes(present, node, [...path, name]));
  }
  return { kind: a.kind, children: inOrder(children) };
}

/**
 * Compares names in the order in which MongoDB 5 and newer apply them: lexicographic, but array positions as numbers.
 */
function compareNames(a: string, b: string): number {
  const [left, right] = [arrayIndex(a), arrayIndex(b)];
  return left >= 0 && right >= 0 ? left - right : compareStrings(a, b);
}

function inOrder(children: Map<string, UpdateNode>): Map<string, UpdateNode> {
  return new Map([...children].sort(([a], [b]) => compareNames(a, b)));
}

/** The tree of an update while it is being read. */
export class UpdateTree {
  root: UpdateNode = { kind: 'fields', children: new Map() };

  /** Adds an operator on a path; throws ConflictingUpdateOperators (40) if another one changes the same value. */
  add(components: readonly string[], leaf: Leaf): void {
    const path = components.join('.');
    let node = this.root;
    for (const [i, component] of components.entries()) {
      if (node.kind === 'leaf') throw conflict(path, components.slice(0, i).join('.'));
      if (node.kind !== kindFor(component)) throw conflict(path, components.slice(0, i).join('.'));
      const name = identifierOf(component) ?? component;
      const next = node.children.get(name);
      if (next === undefined) {
        node.children.set(name, chain(components.slice(i + 1), leaf));
        return;
      }
      node = next;
    }
    throw conflict(path, path);
  }

  /** The finished tree, with its children in the order of their application. */
  sorted(): UpdateNode {
    return sortNode(this.root);
  }
}

function sortNode(node: UpdateNode): UpdateNode {
  if (node.kind === 'leaf') return node;
  const children = new Map([...node.children].map(([name, child]) => [name, sortNode(child)] as const));
  return { kind: node.kind, children: inOrder(children) };
}

/** The error for a `$` whose filter matched no array element. */
export function noMatchedPosition(): MongoError {
  return badValue('The positional operator did not find the match needed from the query.');
}
