import type { VariableValues } from '../aggregate/expression.ts';
import { copyOf, documentOf, fieldsOf, getField, setField } from '../bson/fields.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';

/** What a projection of one document depends on. */
export interface ProjectionScope {
  readonly root: Document;
  readonly variables: VariableValues;
  readonly matchedIndex: number | undefined;
}

export type Compute = (scope: ProjectionScope) => Value | undefined;

/** Changes a value that is kept, as `$slice` does. */
export type Transform = (value: Value, scope: ProjectionScope) => Value;

/** What a projection does with one field. */
export type ProjectedField =
  | { kind: 'include' }
  | { kind: 'exclude' }
  | { kind: 'transform'; transform: Transform }
  | { kind: 'computed'; compute: Compute }
  | { kind: 'node'; node: ProjectionNode };

/** A projection's tree; `keepsOthers` tells an exclusion (or `$addFields`) from an inclusion. */
export interface ProjectionNode {
  readonly fields: Map<string, ProjectedField>;
  readonly keepsOthers: boolean;
}

/** Whether anything below the node is computed, so that it creates fields that are not there. */
function computes(node: ProjectionNode): boolean {
  for (const field of node.fields.values()) {
    if (field.kind === 'computed' || (field.kind === 'node' && computes(field.node))) return true;
  }
  return false;
}

function selectField(
  field: ProjectedField | undefined,
  keepsOthers: boolean,
  value: Value,
  scope: ProjectionScope,
): Value | undefined {
  switch (field?.kind) {
    case undefined:
      return keepsOthers ? value : undefined;
    case 'include':
      return value;
    case 'exclude':
      return undefined;
    case 'transform':
      return field.transform(value, scope);
    case 'computed':
      // Replaced in place where the others are kept, appended where they are not.
      return keepsOthers ? value : undefined;
    case 'node':
      return selectValue(field.node, value, scope);
  }
}

function selectValue(node: ProjectionNode, value: Value, scope: ProjectionScope): Value | undefined {
  if (Array.isArray(value)) {
    const selected: Value[] = [];
    for (const element of value) {
      const kept = selectValue(node, element, scope);
      if (kept !== undefined) selected.push(kept);
    }
    return selected;
  }
  if (isDocument(value)) return selectDocument(node, value, scope);
  return node.keepsOthers ? value : undefined;
}

function selectDocument(node: ProjectionNode, document: Document, scope: ProjectionScope): Document {
  const entries: [string, Value][] = [];
  for (const [name, value] of fieldsOf(document)) {
    const kept = selectField(node.fields.get(name), node.keepsOthers, value, scope);
    if (kept !== undefined) entries.push([name, kept]);
  }
  return documentOf(entries);
}

function computeValue(node: ProjectionNode, value: Value | undefined, scope: ProjectionScope): Value {
  if (Array.isArray(value)) return value.map((element) => computeValue(node, element, scope));
  return computeDocument(node, isDocument(value) ? value : {}, scope);
}

function computeDocument(node: ProjectionNode, document: Document, scope: ProjectionScope): Document {
  const result = copyOf(document);
  for (const [name, field] of node.fields) {
    if (field.kind === 'computed') {
      const value = field.compute(scope);
      if (value === undefined) delete result[name];
      else setField(result, name, value);
    } else if (field.kind === 'node' && computes(field.node)) {
      setField(result, name, computeValue(field.node, getField(result, name), scope));
    }
  }
  return result;
}

/** Compiles a tree into a function of a document: fields are selected first, then the computed ones are set. */
export function runProjection(
  node: ProjectionNode,
): (document: Document, scope: ProjectionScope) => Document {
  const hasComputed = computes(node);
  return (document, scope) => {
    const selected = selectDocument(node, document, scope);
    return hasComputed ? computeDocument(node, selected, scope) : selected;
  };
}
