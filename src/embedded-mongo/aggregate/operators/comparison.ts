import { Int32 } from 'bson';
import { compareValues } from '../../bson/compare.ts';
import { isTruthy } from '../../bson/truth.ts';
import { isNumeric } from '../../bson/types.ts';
import { binary, unary } from '../arguments.ts';
import type { OperatorCompiler } from '../scope.ts';

const ordering = (accepts: (order: number) => boolean): OperatorCompiler =>
  binary((a, b) => accepts(compareValues(a, b)));

/** `$and` and `$or` stop at the first operand that decides. */
function logical(decisive: boolean): OperatorCompiler {
  return (argument, compiler) => {
    const operands = (Array.isArray(argument) ? argument : [argument]).map((item) => compiler.compile(item));
    return (scope) => operands.some((operand) => isTruthy(operand(scope)) === decisive) === decisive;
  };
}

/** Comparisons across all types, and logical operators. */
export const comparisonOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$eq', ordering((order) => order === 0)],
  ['$ne', ordering((order) => order !== 0)],
  ['$gt', ordering((order) => order > 0)],
  ['$gte', ordering((order) => order >= 0)],
  ['$lt', ordering((order) => order < 0)],
  ['$lte', ordering((order) => order <= 0)],
  ['$cmp', binary((a, b) => new Int32(Math.sign(compareValues(a, b))))],
  ['$and', logical(false)],
  ['$or', logical(true)],
  ['$not', unary((value) => !isTruthy(value))],
  ['$isNumber', unary((value) => isNumeric(value))],
];
