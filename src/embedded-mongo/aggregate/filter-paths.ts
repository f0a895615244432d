import { arrayIndex, documentOf, fieldsOf, splitPath } from '../bson/fields.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';

/** The paths in a document that something reads; undefined if it may read any. */
export type Paths = readonly string[] | undefined;

const joined = (all: readonly Paths[]): Paths =>
  all.every((paths) => paths !== undefined) ? all.flat() : undefined;

/** The part of a path that names fields: a number that selects an element reads the whole array. */
function toArray(path: string): string {
  const components = splitPath(path);
  const numbered = components.findIndex((component, i) => i > 0 && arrayIndex(component) >= 0);
  return numbered < 0 ? path : components.slice(0, numbered).join('.');
}

function pathsOfText(text: string): Paths {
  const [, , path] = /^\$\$(ROOT|CURRENT)(?:\.(.*))?$/s.exec(text) ?? ['', '', ''];
  if (path !== '') return path === undefined ? undefined : [toArray(path)];
  return text.startsWith('$') && !text.startsWith('$$') ? [toArray(text.slice(1))] : [];
}

/** The paths that an expression, an accumulator or several of them by their names read. */
export function pathsOfExpression(expression: Value): Paths {
  if (typeof expression === 'string') return pathsOfText(expression);
  if (Array.isArray(expression)) return joined(expression.map(pathsOfExpression));
  if (!isDocument(expression)) return [];
  return joined(
    fieldsOf(expression).map(([name, value]) => {
      if (name === '$literal') return [];
      // What it names may not be a path.
      return name === '$getField' ? undefined : pathsOfExpression(value);
    }),
  );
}

function pathsOfCondition(name: string, value: Value): Paths {
  if (!name.startsWith('$')) return [toArray(name)];
  if (name === '$expr') return pathsOfExpression(value);
  if (name === '$or' || name === '$nor') {
    return Array.isArray(value) ? joined(value.map((child) => pathsOfFilter(child))) : undefined;
  }
  return name === '$comment' ? [] : undefined;
}

function pathsOfFilter(filter: Value): Paths {
  if (!isDocument(filter)) return undefined;
  return joined(conditionsOf(filter).map(({ paths }) => paths));
}

/** One of the conditions that a filter combines: a filter of its own, and the paths it reads. */
export interface Condition {
  readonly filter: Document;
  readonly paths: Paths;
}

/** A filter's conditions: its fields, and those inside `$and` one by one. */
export function conditionsOf(filter: Document): Condition[] {
  return fieldsOf(filter).flatMap(([name, value]): Condition[] => {
    const parts = name === '$and' && Array.isArray(value) ? value : undefined;
    if (parts?.every(isDocument)) return parts.flatMap(conditionsOf);
    return [{ filter: documentOf([[name, value]]), paths: pathsOfCondition(name, value) }];
  });
}

/** One filter made from several conditions. */
export function filterOf(conditions: readonly Condition[]): Document {
  const [only, ...others] = conditions.map(({ filter }) => filter);
  if (only === undefined) return {};
  return others.length === 0 ? only : { $and: [only, ...others] };
}
