import { compareValues } from '../../bson/compare.ts';
import { isNullish } from '../../bson/truth.ts';
import { isNumeric, type NumericValue, type Value } from '../../bson/types.ts';
import type { OperatorCompiler } from '../scope.ts';
import { Summation } from '../summation.ts';

type Values = readonly (Value | undefined)[];

const numbersOf = (values: Values): NumericValue[] => values.filter((value) => isNumeric(value));

/** The sum of the numbers among the values; 0 if there are none. */
function sumOf(values: Values): Value {
  const sum = new Summation();
  for (const value of numbersOf(values)) sum.add(value);
  return sum.result();
}

/** The mean of the numbers among the values; null where there is none. */
function averageOf(values: Values): Value {
  const numbers = numbersOf(values);
  if (numbers.length === 0) return null;
  const sum = new Summation();
  for (const value of numbers) sum.add(value);
  return sum.mean(numbers.length);
}

/** The smallest (sign 1) or greatest (sign -1) of the values that are not null or missing; null if there are none. */
function extremeOf(values: Values, sign: 1 | -1): Value {
  let extreme: Value = null;
  for (const value of values) {
    if (isNullish(value)) continue;
    if (extreme === null || compareValues(value, extreme) * sign < 0) extreme = value;
  }
  return extreme;
}

/** As an expression: over its operands, or over the elements if the only operand is an array. */
function overOperands(summarize: (values: Values) => Value): OperatorCompiler {
  return (argument, compiler) => {
    const operands = (Array.isArray(argument) ? argument : [argument]).map((item) => compiler.compile(item));
    return (scope) => {
      const values = operands.map((operand) => operand(scope));
      const [only] = values;
      return summarize(values.length === 1 && Array.isArray(only) ? only : values);
    };
  };
}

/** Accumulators as expressions. */
export const summaryOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$sum', overOperands(sumOf)],
  ['$avg', overOperands(averageOf)],
  ['$min', overOperands((values) => extremeOf(values, 1))],
  ['$max', overOperands((values) => extremeOf(values, -1))],
];
