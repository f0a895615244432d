import type { Document, Value } from '../bson/types.ts';

/** The values of variables by name, without `$$`. */
export type VariableValues = ReadonlyMap<string, Value | undefined>;

/** What an expression is evaluated over. */
export interface Scope {
  readonly root: Document;
  readonly variables: VariableValues;
}

/** The scope of what depends on neither a document nor variables. */
export const emptyScope: Scope = { root: {}, variables: new Map() };

/** A compiled expression. `undefined` is a missing value. */
export interface Evaluate {
  (scope: Scope): Value | undefined;
  /** Its value is the same in every scope, and known. */
  readonly isConstant?: true;
}

/** What compiling a part of an expression requires. */
export interface Compiler {
  /** Compiles an operand; `names` are variables that the operator defines for it. */
  compile(expression: Value, names?: readonly string[]): Evaluate;
  /** Refuses a malformed operand that is never evaluated. */
  check(expression: Value): void;
}

/** Compiles an operator with its argument as given in the expression. */
export type OperatorCompiler = (argument: Value, compiler: Compiler, name: string) => Evaluate;

/** The scope with additional variables. */
export function withVariables(scope: Scope, entries: Iterable<readonly [string, Value | undefined]>): Scope {
  return { root: scope.root, variables: new Map([...scope.variables, ...entries]) };
}
