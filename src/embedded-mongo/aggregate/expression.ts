import { documentOf, fieldsOf, getField, isDbRefField, splitPath } from '../bson/fields.ts';
import { checkPathDepth } from '../bson/limits.ts';
import { isTruthy } from '../bson/truth.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { operators } from './operators.ts';
import { type Compiler, type Evaluate, emptyScope, type VariableValues } from './scope.ts';

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
  if (text === '$') throw new MongoError(16872, "'$' by itself is not a valid FieldPath");
  const components = checkFieldPath(text.slice(1));
  if (names.has('CURRENT')) return (scope) => pathIn(scope.variables.get('CURRENT'), components, 0);
  const [only = ''] = components;
  if (components.length === 1) return (scope) => getField(scope.root, only);
  return (scope) => pathInDocument(scope.root, components, 0);
}

/** What compiling a part of an expression depends on. */
interface Surroundings {
  readonly names: ReadonlySet<string>;
  readonly depth: number;
  /** Collects why constants could not be evaluated. */
  readonly failures: unknown[];
}

const constant = (value: Value | undefined): Evaluate =>
  Object.assign(() => value, { isConstant: true } as const);

/** Evaluates what is constant, once and for all documents. One that fails still fails for each of them. */
function folded(evaluate: Evaluate, failures: unknown[]): Evaluate {
  try {
    return constant(evaluate(emptyScope));
  } catch (error) {
    failures.push(error);
    return evaluate;
  }
}

/** Operators that MongoDB does not evaluate before there is a document, even if all their operands are constant. */
const evaluatedLate = new Set(['$let', '$map', '$filter', '$reduce', '$sortArray', '$regexMatch']);

function compileOperator(name: string, argument: Value, around: Surroundings): Evaluate {
  const compileWith = operators.get(name);
  if (compileWith === undefined) {
    throw new MongoError(ErrorCode.InvalidPipelineOperator, `Unrecognized expression '${name}'`);
  }
  const inside = deeper(around);
  let isConstant = !evaluatedLate.has(name);
  const compiler: Compiler = {
    compile: (expression, more = []) => {
      const operand = compileAny(expression, { ...inside, names: new Set([...inside.names, ...more]) });
      isConstant &&= operand.isConstant === true;
      return operand;
    },
    check: (expression) => {
      compileAny(expression, { ...inside, failures: [] });
    },
  };
  const evaluate = compileWith(argument, compiler, name);
  return isConstant ? folded(evaluate, around.failures) : evaluate;
}

function compileObject(expression: Document, around: Surroundings): Evaluate {
  const fields = fieldsOf(expression);
  const operator = fields.find(([name]) => name.startsWith('$'));
  if (operator !== undefined) {
    if (fields.length > 1) {
      throw new MongoError(
        15983,
        `an expression specification must contain exactly one field, the name of the expression. Found ${fields.length} fields`,
      );
    }
    return compileOperator(operator[0], operator[1], around);
  }
  const compiled = fields.map(([name, value]) => {
    if (name.includes('.'))
      throw new MongoError(
        16405,
        `FieldPath field names may not contain '.'. Consider using $getField or $setField.`,
      );
    return [name, compileAny(value, deeper(around))] as const;
  });
  const evaluate: Evaluate = (scope) => {
    const entries: [string, Value][] = [];
    for (const [name, field] of compiled) {
      const value = field(scope);
      if (value !== undefined) entries.push([name, value]);
    }
    return documentOf(entries);
  };
  return compiled.every(([, field]) => field.isConstant) ? constant(evaluate(emptyScope)) : evaluate;
}

const deeper = (around: Surroundings): Surroundings => ({ ...around, depth: around.depth + 1 });

function compileArray(expressions: readonly Value[], around: Surroundings): Evaluate {
  const items = expressions.map((item) => compileAny(item, deeper(around)));
  const evaluate: Evaluate = (scope) => items.map((item) => item(scope) ?? null);
  return items.every((item) => item.isConstant) ? constant(evaluate(emptyScope)) : evaluate;
}

function compileAny(expression: Value, around: Surroundings): Evaluate {
  if (around.depth > maxDepth) throw badValue(`expression nesting exceeds ${maxDepth} levels`);
  if (typeof expression === 'string' && expression.startsWith('$'))
    return compileText(expression, around.names);
  if (Array.isArray(expression)) return compileArray(expression, around);
  return isDocument(expression) ? compileObject(expression, around) : constant(expression);
}

const noVariables: VariableValues = new Map();

/** How an expression is compiled. */
export interface ExpressionOptions {
  /**
   * Whether a constant part that cannot be evaluated (`{$divide: [1, 0]}`) fails only with the documents that it is
   * evaluated for, as in updates. Elsewhere it fails at once, as in MongoDB, which evaluates such parts beforehand.
   */
  readonly failsLate?: boolean | undefined;
}

/**
 * Compiles an aggregation expression; `variables` names those defined around it. Throws MongoDB's errors for what it
 * refuses (168 for an operator that this server does not have).
 */
export function compileExpression(
  expression: Value,
  variables: readonly string[] = [],
  { failsLate = false }: ExpressionOptions = {},
): Expression {
  const failures: unknown[] = [];
  const evaluate = compileAny(expression, { names: new Set(variables), depth: 0, failures });
  if (failures.length > 0 && !failsLate) throw failures[0];
  const run = (root: Document, values: VariableValues = noVariables) => evaluate({ root, variables: values });
  return { evaluate: run, isTrue: (document, values) => isTruthy(run(document, values)) };
}
