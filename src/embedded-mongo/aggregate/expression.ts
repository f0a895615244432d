import type { Document, Value } from '../bson/types.ts';
import { notImplemented } from '../errors.ts';

/** The values of variables by name, without `$$`. */
export type VariableValues = ReadonlyMap<string, Value | undefined>;

/** An aggregation expression, ready to run. `undefined` is a missing value. */
export interface Expression {
  evaluate(document: Document, variables?: VariableValues): Value | undefined;
  /** Whether the value counts as true. */
  isTrue(document: Document, variables?: VariableValues): boolean;
}

/** Compiles an aggregation expression; `variables` names those defined around it. */
export function compileExpression(_expression: Value, _variables: readonly string[] = []): Expression {
  throw notImplemented('$expr');
}
