import { fieldsOf } from '../../bson/fields.ts';
import { isNullish, isTruthy } from '../../bson/truth.ts';
import { isDocument, type Value } from '../../bson/types.ts';
import { MongoError } from '../../errors.ts';
import { objectArgument } from '../arguments.ts';
import { type Compiler, type Evaluate, emptyScope, type OperatorCompiler, withVariables } from '../scope.ts';

/** The codes for a missing operand. */
const ifThenElse = Object.fromEntries([
  ['if', 17080],
  ['then', 17081],
  ['else', 17082],
]);
const caseThen = Object.fromEntries([
  ['case', 40064],
  ['then', 40065],
]);

function condOperands(argument: Value): [Value, Value, Value] {
  if (isDocument(argument)) {
    const fields = objectArgument(
      argument,
      '$cond',
      { required: ifThenElse, optional: [] },
      { notObject: 17080, unknown: 17083 },
    );
    return [fields.get('if') ?? null, fields.get('then') ?? null, fields.get('else') ?? null];
  }
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length !== 3) {
    throw new MongoError(16020, `Expression $cond takes exactly 3 arguments. ${list.length} were passed in.`);
  }
  return [list[0] ?? null, list[1] ?? null, list[2] ?? null];
}

const cond: OperatorCompiler = (argument, compiler) => {
  const [test, yes, no] = condOperands(argument).map((item) => compiler.compile(item)) as [
    Evaluate,
    Evaluate,
    Evaluate,
  ];
  return (scope) => (isTruthy(test(scope)) ? yes(scope) : no(scope));
};

const ifNull: OperatorCompiler = (argument, compiler) => {
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length < 2)
    throw new MongoError(1257300, `$ifNull needs at least two arguments, had: ${list.length}`);
  const operands = list.map((item) => compiler.compile(item));
  const last = operands.at(-1);
  return (scope) => {
    for (const operand of operands.slice(0, -1)) {
      const value = operand(scope);
      if (!isNullish(value)) return value;
    }
    return last?.(scope);
  };
};

interface Branch {
  readonly test: Evaluate;
  readonly result: Evaluate;
}

function branchOperands(branch: Value): { readonly test: Value; readonly result: Value } {
  const fields = objectArgument(
    branch,
    '$switch branch',
    { required: caseThen, optional: [] },
    { notObject: 40062, unknown: 40063 },
  );
  return { test: fields.get('case') ?? null, result: fields.get('then') ?? null };
}

/**
 * The branches that can be taken: none whose case is false whatever the document, none after one that is always true.
 */
function compileBranches(list: readonly Value[], compiler: Compiler): Branch[] {
  const branches: Branch[] = [];
  let isDecided = false;
  for (const { test, result } of list.map(branchOperands)) {
    if (isDecided) {
      compiler.check(test);
      compiler.check(result);
      continue;
    }
    const compiledTest = compiler.compile(test);
    const isTrue = compiledTest.isConstant && isTruthy(compiledTest(emptyScope));
    if (isTrue === false) compiler.check(result);
    else branches.push({ test: compiledTest, result: compiler.compile(result) });
    isDecided = isTrue === true;
  }
  return branches;
}

function neverTaken(): never {
  throw new MongoError(
    40069,
    'One cannot execute a switch statement where all the cases evaluate to false without a default.',
  );
}

const switchOperator: OperatorCompiler = (argument, compiler) => {
  const fields = objectArgument(
    argument,
    '$switch',
    { required: {}, optional: ['branches', 'default'] },
    { notObject: 40060, unknown: 40067 },
  );
  const list = fields.get('branches') ?? [];
  if (!Array.isArray(list)) throw new MongoError(40061, "$switch expected an array for 'branches'");
  if (list.length === 0) throw new MongoError(40068, '$switch requires at least one branch.');
  const branches = compileBranches(list, compiler);
  const otherwise = fields.has('default') ? compiler.compile(fields.get('default') ?? null) : undefined;
  if (branches.length === 0) return otherwise ?? neverTaken;
  return (scope) => {
    const taken = branches.find((branch) => isTruthy(branch.test(scope)))?.result ?? otherwise;
    if (taken === undefined) {
      throw new MongoError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    }
    return taken(scope);
  };
};

/**
 * Throws for a name that no variable may have. Of MongoDB's own only `CURRENT` may be bound anew: paths begin there.
 */
export function checkVariableName(name: string): void {
  if (name === 'CURRENT') return;
  if (!/^[a-z\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*$/.test(name)) {
    throw new MongoError(9, `'${name}' starts with an invalid character for a user variable name`);
  }
}

const letOperator: OperatorCompiler = (argument, compiler) => {
  const fields = objectArgument(
    argument,
    '$let',
    { required: { vars: 16876, in: 16877 }, optional: [] },
    { notObject: 16874, unknown: 16875 },
  );
  const definitions = fields.get('vars') ?? null;
  if (!isDocument(definitions)) throw new MongoError(16876, 'invalid parameter: expected an object (vars)');
  const variables = fieldsOf(definitions).map(([name, expression]) => {
    checkVariableName(name);
    return [name, compiler.compile(expression)] as const;
  });
  const inner = compiler.compile(
    fields.get('in') ?? null,
    variables.map(([name]) => name),
  );
  return (scope) =>
    inner(
      withVariables(
        scope,
        variables.map(([name, evaluate]) => [name, evaluate(scope)] as const),
      ),
    );
};

/** Operators that choose what is evaluated. */
export const controlOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$cond', cond],
  ['$ifNull', ifNull],
  ['$switch', switchOperator],
  ['$let', letOperator],
  ['$literal', (argument) => () => argument],
  ['$const', (argument) => () => argument],
];
