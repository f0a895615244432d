import type { VariableValues } from '../aggregate/expression.ts';
import { documentOf, fieldsOf } from '../bson/fields.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';

/** What a projection of one document depends on. */
export interface ProjectionScope {
  readonly root: Document;
  readonly variables: VariableValues;
  readonly matchedIndex: number | undefined;
}

export type Compute = (scope: ProjectionScope) => Value | undefined;

/** What a projection does with one field. `kept` is an inclusion in a specification of either mode. */
export type ProjectedField =
  | { kind: 'include' | 'kept' | 'exclude' }
  | { kind: 'computed'; compute: Compute }
  | { kind: 'node'; node: ProjectionNode };

/** A projection's tree; `keepsOthers` distinguishes an exclusion (or `$addFields`) from an inclusion. */
export interface ProjectionNode {
  readonly fields: Map<string, ProjectedField>;
  readonly keepsOthers: boolean;
}

/** Fields of a result under construction; an undefined one is a placeholder for a computed value. */
type Fields = Map<string, Value | undefined>;

/** Whether anything below the node is computed, so that it creates missing fields. */
function computes(node: ProjectionNode): boolean {
  for (const field of node.fields.values()) {
    if (field.kind === 'computed' || (field.kind === 'node' && computes(field.node))) return true;
  }
  return false;
}

type Run = (value: Value | undefined, scope: ProjectionScope) => Value | undefined;

/** The nodes below this one, ready to run, by name. */
function compileChildren(node: ProjectionNode): Map<string, Run> {
  const children = new Map<string, Run>();
  for (const [name, field] of node.fields) {
    if (field.kind === 'node') children.set(name, compileValue(field.node));
  }
  return children;
}

function select(
  node: ProjectionNode,
  children: Map<string, Run>,
  document: Document,
  scope: ProjectionScope,
) {
  const selected: Fields = new Map();
  for (const [name, value] of fieldsOf(document)) {
    const field = node.fields.get(name);
    const child = children.get(name);
    if (child !== undefined) selected.set(name, child(value, scope));
    else if (field === undefined ? node.keepsOthers : field.kind === 'include' || field.kind === 'kept')
      selected.set(name, value);
    // Replaced in place if the others are kept, appended otherwise.
    else if (field?.kind === 'computed' && node.keepsOthers) selected.set(name, undefined);
  }
  return selected;
}

function compileDocument(node: ProjectionNode): (document: Document, scope: ProjectionScope) => Document {
  const children = compileChildren(node);
  const created = [...node.fields].filter(
    ([, field]) => field.kind === 'computed' || (field.kind === 'node' && computes(field.node)),
  );
  return (document, scope) => {
    const result = select(node, children, document, scope);
    for (const [name, field] of created) {
      if (field.kind === 'computed') result.set(name, field.compute(scope));
      else if (!result.has(name)) result.set(name, children.get(name)?.(undefined, scope));
    }
    const entries = [...result].filter((entry): entry is [string, Value] => entry[1] !== undefined);
    return documentOf(entries);
  };
}

/**
 * A node below the top. Arrays are projected element by element. A value that is not a document becomes one if
 * something inside it is computed; otherwise it is dropped, since a path into it selects nothing.
 */
function compileValue(node: ProjectionNode): Run {
  const project = compileDocument(node);
  const hasComputed = computes(node);
  const run: Run = (value, scope) => {
    if (Array.isArray(value)) {
      return value.map((element) => run(element, scope)).filter((element) => element !== undefined);
    }
    if (isDocument(value)) return project(value, scope);
    if (hasComputed) return project({}, scope);
    return node.keepsOthers ? value : undefined;
  };
  return run;
}

/** Compiles a tree into a function of a document. */
export function runProjection(
  node: ProjectionNode,
): (document: Document, scope: ProjectionScope) => Document {
  return compileDocument(node);
}
