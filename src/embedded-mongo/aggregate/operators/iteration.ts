import { toInteger } from '../../bson/numeric.ts';
import { isNullish, isTruthy } from '../../bson/truth.ts';
import { isNumeric, typeName, type Value } from '../../bson/types.ts';
import { MongoError } from '../../errors.ts';
import { compileOptional, objectArgument } from '../arguments.ts';
import { type Evaluate, type OperatorCompiler, type Scope, withVariables } from '../scope.ts';
import { checkVariableName } from './control.ts';

function variableName(fields: ReadonlyMap<string, Value>): string {
  const name = fields.get('as');
  if (name === undefined) return 'this';
  if (typeof name !== 'string') throw new MongoError(9, 'invalid parameter: expected a string (as)');
  checkVariableName(name);
  return name;
}

/** The input array, or null if there is none. */
function inputArray(input: Evaluate, scope: Scope, code: number, name: string): readonly Value[] | null {
  const value = input(scope);
  if (isNullish(value)) return null;
  if (!Array.isArray(value))
    throw new MongoError(code, `input to ${name} must be an array not ${typeName(value)}`);
  return value;
}

const map: OperatorCompiler = (argument, compiler) => {
  const fields = objectArgument(
    argument,
    '$map',
    { required: { input: 16880, in: 16882 }, optional: ['as'] },
    { notObject: 16878, unknown: 16879 },
  );
  const name = variableName(fields);
  const input = compiler.compile(fields.get('input') ?? null);
  const each = compiler.compile(fields.get('in') ?? null, [name]);
  return (scope) => {
    const array = inputArray(input, scope, 16883, '$map');
    return array === null ? null : array.map((item) => each(withVariables(scope, [[name, item]])) ?? null);
  };
};

function limitOf(value: Value | undefined): number {
  if (isNullish(value)) return Number.POSITIVE_INFINITY;
  const limit = isNumeric(value) ? toInteger(value) : undefined;
  if (limit === undefined || limit < 1n)
    throw new MongoError(327392, "$filter: 'limit' must be greater than 0");
  return Number(limit);
}

const filter: OperatorCompiler = (argument, compiler) => {
  const fields = objectArgument(
    argument,
    '$filter',
    { required: { input: 28648, cond: 28650 }, optional: ['as', 'limit'] },
    { notObject: 28646, unknown: 28647 },
  );
  const name = variableName(fields);
  const input = compiler.compile(fields.get('input') ?? null);
  const test = compiler.compile(fields.get('cond') ?? null, [name]);
  const limit = compileOptional(fields, 'limit', (item) => compiler.compile(item));
  return (scope) => {
    const array = inputArray(input, scope, 28651, '$filter');
    if (array === null) return null;
    const kept = array.filter((item) => isTruthy(test(withVariables(scope, [[name, item]]))));
    const most = limitOf(limit?.(scope));
    return kept.length > most ? kept.slice(0, most) : kept;
  };
};

const reduce: OperatorCompiler = (argument, compiler) => {
  const fields = objectArgument(
    argument,
    '$reduce',
    { required: { input: 40077, initialValue: 40078, in: 40079 }, optional: [] },
    { notObject: 40075, unknown: 40076 },
  );
  const input = compiler.compile(fields.get('input') ?? null);
  const initial = compiler.compile(fields.get('initialValue') ?? null);
  const step = compiler.compile(fields.get('in') ?? null, ['this', 'value']);
  return (scope) => {
    const array = inputArray(input, scope, 40080, '$reduce');
    if (array === null) return null;
    return array.reduce<Value | undefined>(
      (value, item) =>
        step(
          withVariables(scope, [
            ['this', item],
            ['value', value],
          ]),
        ),
      initial(scope),
    );
  };
};

/** Operators that evaluate an expression for each element of an array. */
export const iterationOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$map', map],
  ['$filter', filter],
  ['$reduce', reduce],
];
