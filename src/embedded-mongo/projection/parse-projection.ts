import { checkFieldPath, compileExpression, type ExpressionOptions } from '../aggregate/expression.ts';
import { fieldsOf } from '../bson/fields.ts';
import { isTruthy } from '../bson/truth.ts';
import { BsonType, bsonTypeOf, type Document, isDocument, isNumeric, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Compute, ProjectedField, ProjectionNode, ProjectionScope } from './projection-node.ts';

/** Changes a projected document, as `$slice` and the positional operator do. */
export type Finish = (document: Document, scope: ProjectionScope) => Document;

/** One path of a specification, with what to do about it. */
export interface Item {
  readonly path: string;
  readonly components: readonly string[];
  readonly field: ProjectedField;
  /**
   * What it implies if the specification has neither inclusions nor exclusions: `$slice` keeps other fields,
   * `$elemMatch` does not.
   */
  readonly isWeak: boolean;
  readonly finish?: Finish;
}

/** A parsed specification: what is projected, and what is then changed in the result, in this order. */
export interface ParsedProjection {
  readonly root: ProjectionNode;
  readonly finishes: readonly Finish[];
}

/** Reads operators that only `find` has; undefined for unknown ones. */
export type FindOperators = (path: string, value: Value) => Item | undefined;

/** What a specification may contain, and the names of variables around it. */
export interface ParseOptions extends ExpressionOptions {
  readonly variables: readonly string[];
  readonly findOperators?: FindOperators;
  /** `$addFields`: every value is an expression. */
  readonly onlyComputed?: boolean;
}

/** An expression as a function, for a projection. */
function computeOf(expression: Value, options: ParseOptions): Compute {
  const compiled = compileExpression(expression, options.variables, options);
  return (scope) => compiled.evaluate(scope.root, scope.variables);
}

const isFlag = (value: Value): boolean => isNumeric(value) || bsonTypeOf(value) === BsonType.bool;

function leaf(path: string, value: Value, options: ParseOptions): Item {
  const components = checkFieldPath(path);
  if (!options.onlyComputed && isFlag(value)) {
    return { path, components, field: { kind: isTruthy(value) ? 'include' : 'exclude' }, isWeak: false };
  }
  return {
    path,
    components,
    field: { kind: 'computed', compute: computeOf(value, options) },
    isWeak: false,
  };
}

function itemsOf(path: string, value: Value, options: ParseOptions): Item[] {
  const special = options.findOperators?.(path, value);
  if (special !== undefined) return [special];
  if (!isDocument(value)) return [leaf(path, value, options)];
  const fields = fieldsOf(value);
  const [first] = fields;
  if (first === undefined) {
    if (options.onlyComputed) return [leaf(path, value, options)];
    throw new MongoError(
      51270,
      `An empty sub-projection is not a valid value. Found empty object at path ${path}`,
    );
  }
  if (first[0].startsWith('$')) return [leaf(path, value, options)];
  return fields.flatMap(([name, inner]) => {
    if (name.includes('.')) {
      throw new MongoError(
        40181,
        `cannot use dotted field name '${name}' in a sub object: Found '${name}' in field at path '${path}'`,
      );
    }
    return itemsOf(`${path}.${name}`, inner, options);
  });
}

/** Whether fields that are not named are kept. */
function decideMode(items: readonly Item[], onlyComputed: boolean): boolean {
  if (onlyComputed) return true;
  const deciding = items.filter((item) => item.path !== '_id' && !item.isWeak);
  const first = deciding[0] ?? items.find((item) => !item.isWeak && item.field.kind !== 'exclude');
  if (first !== undefined) return first.field.kind === 'exclude';
  return items.some((item) => item.field.kind === 'kept') || !items.some((item) => item.isWeak);
}

function checkMode(items: readonly Item[], keepsOthers: boolean): void {
  for (const { path, field, isWeak, finish } of items) {
    if (path === '_id' && field.kind !== 'computed') continue;
    if (!keepsOthers && field.kind === 'exclude') {
      throw new MongoError(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    }
    if (keepsOthers && field.kind === 'include' && finish !== undefined) {
      throw new MongoError(31395, 'positional projection cannot be used with exclusion');
    }
    if (keepsOthers && field.kind === 'include') {
      throw new MongoError(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
    }
    if (keepsOthers && field.kind === 'computed' && !isWeak) {
      throw new MongoError(31252, 'Cannot use expression other than $meta in exclusion projection');
    }
  }
}

function insert(root: ProjectionNode, item: Item): void {
  let node = root;
  for (const [i, component] of item.components.entries()) {
    const present = node.fields.get(component);
    if (i === item.components.length - 1) {
      if (present !== undefined) throw new MongoError(31250, `Path collision at ${item.path}`);
      node.fields.set(component, item.field);
      return;
    }
    if (present !== undefined && present.kind !== 'node') {
      throw new MongoError(
        31249,
        `Path collision at ${item.path} remaining portion ${item.components.slice(i + 1).join('.')}`,
      );
    }
    const next = present?.node ?? {
      fields: new Map<string, ProjectedField>(),
      keepsOthers: root.keepsOthers,
    };
    if (present === undefined) node.fields.set(component, { kind: 'node', node: next });
    node = next;
  }
}

/** Parses a specification. Throws MongoDB's errors for mixed modes and colliding paths. */
export function parseProjection(specification: Document, options: ParseOptions): ParsedProjection {
  const onlyComputed = options.onlyComputed === true;
  const items = fieldsOf(specification).flatMap(([path, value]) => itemsOf(path, value, options));
  const keepsOthers = items.length === 0 || decideMode(items, onlyComputed);
  if (!onlyComputed) checkMode(items, keepsOthers);
  const root: ProjectionNode = { fields: new Map(), keepsOthers };
  for (const item of items) {
    // In an exclusion, including `_id` changes nothing.
    if (keepsOthers && item.path === '_id' && item.field.kind === 'include') continue;
    insert(root, item);
  }
  if (!keepsOthers && !root.fields.has('_id')) root.fields.set('_id', { kind: 'include' });
  return { root, finishes: items.flatMap(({ finish }) => (finish === undefined ? [] : [finish])) };
}
