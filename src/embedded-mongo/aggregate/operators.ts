import { arithmeticOperators } from './operators/arithmetic.ts';
import { arrayOperators } from './operators/array.ts';
import { comparisonOperators } from './operators/comparison.ts';
import { controlOperators } from './operators/control.ts';
import { conversionOperators } from './operators/conversion.ts';
import { dateOperators } from './operators/date.ts';
import { iterationOperators } from './operators/iteration.ts';
import { objectOperators } from './operators/object.ts';
import { setOperators } from './operators/set.ts';
import { stringOperators } from './operators/string.ts';
import { summaryOperators } from './operators/summary.ts';
import type { OperatorCompiler } from './scope.ts';

/** All expression operators, by name. */
export const operators: ReadonlyMap<string, OperatorCompiler> = new Map<string, OperatorCompiler>([
  ...comparisonOperators,
  ...controlOperators,
  ...arithmeticOperators,
  ...stringOperators,
  ...arrayOperators,
  ...iterationOperators,
  ...setOperators,
  ...objectOperators,
  ...dateOperators,
  ...conversionOperators,
  ...summaryOperators,
]);
