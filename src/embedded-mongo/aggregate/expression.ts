import { documentOf, fieldsOf, getField, isDbRefField, splitPath } from '../bson/fields.ts';
import { checkPathDepth } from '../bson/limits.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { badValue, MongoError } from '../errors.ts';
import { isTrueValue } from './arguments.ts';
import { operators } from './operators.ts';
import type { Compiler, Evaluate, VariableValues } from './scope.ts';

export type { VariableValues } from './scope.ts';

/** An aggregation expression, ready to run. `undefined` is a missing value. */
export interface Expression {
  evaluate(document: Document, variables?: VariableValues): Value | undefined;
  /** Whether the value counts as true. */
  isTrue(document: Document, variables?: VariableValues): boolean;
}

const maxDepth = 200;

function pathInArray(array: readonly Value[], components: readonly string[], at: number): Value {
  const values: Value[] = [];
  for (const element of array) {
    const value = isDocument(element) ? pathInDocument(element, components, at) : undefined;
    if (value !== undefined) values.push(value);
  }
  return values;
}

function pathInDocument(document: Document, components: readonly string[], at: number): Value | undefined {
  const value = getField(document, components[at] ?? '');
  if (at === components.length - 1) return value;
  return pathIn(value, components, at + 1);
}

/** The value of a path as expressions see it: an array on the way gives the list of the values in its documents. */
function pathIn(value: Value | undefined, components: readonly string[], at: number): Value | undefined {
  if (at === components.length) return value;
  if (Array.isArray(value)) return pathInArray(value, components, at);
  return isDocument(value) ? pathInDocument(value, components, at) : undefined;
}

/** Throws MongoDB's errors for an invalid field path. */
export function checkFieldPath(path: string): string[] {
  if (path === '') throw new MongoError(40352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw new MongoError(40353, "FieldPath must not end with a '.'.");
  const components = splitPath(path);
  checkPathDepth(components);
  for (const component of components) {
    if (component === '') throw new MongoError(15998, 'FieldPath field names may not be empty strings.');
    if (component.startsWith('$') && !isDbRefField(component)) {
      throw new MongoError(
        16410,
        "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
      );
    }
    if (component.includes('\0'))
      throw new MongoError(16411, 'FieldPath field names may not contain null bytes.');
  }
  return components;
}

const systemVariables = new Set(['ROOT', 'CURRENT', 'REMOVE', 'NOW']);

function compileVariable(text: string, names: ReadonlySet<string>): Evaluate {
  const [name = '', ...rest] = splitPath(text.slice(2));
  if (!names.has(name) && !systemVariables.has(name)) {
    if (name === '') throw new MongoError(9, 'empty variable names are not allowed');
    if (['CLUSTER_TIME', 'USER_ROLES', 'SEARCH_META'].includes(name))
      throw badValue(`$$${name} is not supported by the embedded database`);
    throw new MongoError(17276, `Use of undefined variable: ${name}`);
  }
  const components = rest.length === 0 ? [] : checkFieldPath(rest.join('.'));
  if (name === 'REMOVE') return () => undefined;
  if (name === 'NOW' && !names.has(name)) {
    // One time for a whole operation: the run's own or, if a run has none, that of the compilation.
    const compiledAt = new Date();
    return (scope) => pathIn(scope.variables.get(name) ?? compiledAt, components, 0);
  }
  if ((name === 'ROOT' || name === 'CURRENT') && !names.has(name)) {
    return (scope) => pathIn(scope.root, components, 0);
  }
  return (scope) => pathIn(scope.variables.get(name), components, 0);
}

function compileText(text: string, names: ReadonlySet<string>): Evaluate {
  if (text.startsWith('$$')) return compileVariable(text, names);
  if (!text.startsWith('$')) return () => text;
  const components = checkFieldPath(text.slice(1));
  if (names.has('CURRENT')) return (scope) => pathIn(scope.variables.get('CURRENT'), components, 0);
  const [only = ''] = components;
  if (components.length === 1) return (scope) => getField(scope.root, only);
  return (scope) => pathInDocument(scope.root, components, 0);
}

function compileOperator(name: string, argument: Value, names: ReadonlySet<string>, depth: number): Evaluate {
  const compileWith = operators.get(name);
  if (compileWith === undefined) {
    throw new MongoError(168, `Unrecognized expression '${name}'`);
  }
  const compiler: Compiler = {
    compile: (expression, more = []) => compileAny(expression, new Set([...names, ...more]), depth + 1),
  };
  return compileWith(argument, compiler, name);
}

function compileObject(expression: Document, names: ReadonlySet<string>, depth: number): Evaluate {
  const fields = fieldsOf(expression);
  const operator = fields.find(([name]) => name.startsWith('$'));
  if (operator !== undefined) {
    if (fields.length > 1) {
      throw new MongoError(
        15983,
        `an expression specification must contain exactly one field, the name of the expression. Found ${fields.length} fields`,
      );
    }
    return compileOperator(operator[0], operator[1], names, depth);
  }
  const compiled = fields.map(([name, value]) => {
    if (name.includes('.'))
      throw new MongoError(
        16405,
        `FieldPath field names may not contain '.'. Consider using $getField or $setField.`,
      );
    return [name, compileAny(value, names, depth + 1)] as const;
  });
  return (scope) => {
    const entries: [string, Value][] = [];
    for (const [name, evaluate] of compiled) {
      const value = evaluate(scope);
      if (value !== undefined) entries.push([name, value]);
    }
    return documentOf(entries);
  };
}

function compileAny(expression: Value, names: ReadonlySet<string>, depth: number): Evaluate {
  if (depth > maxDepth) throw badValue(`expression nesting exceeds ${maxDepth} levels`);
  if (typeof expression === 'string') return compileText(expression, names);
  if (Array.isArray(expression)) {
    const items = expression.map((item) => compileAny(item, names, depth + 1));
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  return isDocument(expression) ? compileObject(expression, names, depth) : () => expression;
}

const noVariables: VariableValues = new Map();

/**
 * Compiles an aggregation expression; `variables` names those defined around it. Throws MongoDB's errors for what it
 * refuses (168 for an operator that this server does not have).
 */
export function compileExpression(expression: Value, variables: readonly string[] = []): Expression {
  const evaluate = compileAny(expression, new Set(variables), 0);
  const run = (root: Document, values: VariableValues = noVariables) => evaluate({ root, variables: values });
  return { evaluate: run, isTrue: (document, values) => isTrueValue(run(document, values)) };
}
