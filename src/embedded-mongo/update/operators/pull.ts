import { equalValues } from '../../bson/compare.ts';
import { fieldsOf } from '../../bson/fields.ts';
import { toInteger } from '../../bson/numeric.ts';
import { isDocument, isNumeric, isRegex, typeName, type Value } from '../../bson/types.ts';
import { badValue, failedToParse, typeMismatch } from '../../errors.ts';
import { compileFilter, compileValueTest } from '../../query/matcher.ts';
import { parseFilter, parseValuePredicates, refuseExpr } from '../../query/parse-filter.ts';
import { isOperatorDocument } from '../../query/parse-predicate.ts';
import type { Leaf } from '../leaf.ts';

type ElementFilter = (element: Value) => boolean;

/** Operators at a filter's top level rather than on a value. */
const logical = new Set(['$and', '$or', '$nor', '$expr', '$comment', '$where', '$text', '$jsonSchema']);

function culling(operator: string, isPulled: ElementFilter): Leaf {
  return {
    operator,
    apply(current) {
      if (current === undefined) return undefined;
      if (!Array.isArray(current)) throw badValue(`Cannot apply ${operator} to a non-array value`);
      const kept = current.filter((element) => !isPulled(element));
      return kept.length === current.length ? current : kept;
    },
  };
}

function pullFilter(condition: Value): ElementFilter {
  const first = isDocument(condition) ? fieldsOf(condition)[0]?.[0] : undefined;
  if (isRegex(condition) || (isOperatorDocument(condition) && !logical.has(first ?? ''))) {
    return compileValueTest(parseValuePredicates(condition));
  }
  if (!isDocument(condition)) return (element) => equalValues(element, condition);
  const node = parseFilter(condition);
  refuseExpr(node);
  const matcher = compileFilter(node);
  return (element) => isDocument(element) && matcher.matches(element);
}

/** `$pull`: removes the elements that a value, a regular expression or a filter matches. */
export function pull(condition: Value): Leaf {
  return culling('$pull', pullFilter(condition));
}

/** `$pullAll`: removes the elements that equal one of the list. */
export function pullAll(values: Value): Leaf {
  if (!Array.isArray(values))
    throw badValue(`$pullAll requires an array argument but was given a ${typeName(values)}`);
  return culling('$pullAll', (element) => values.some((value) => equalValues(element, value)));
}

/** `$pop`: removes the last element (1) or the first (-1). */
export function pop(argument: Value): Leaf {
  const side = isNumeric(argument) ? toInteger(argument) : undefined;
  if (!isNumeric(argument)) throw failedToParse(`Expected a number in: $pop: ${typeName(argument)}`);
  if (side !== 1n && side !== -1n) throw failedToParse(`$pop expects 1 or -1, found: ${String(argument)}`);
  return {
    operator: '$pop',
    apply(current, _context, path) {
      if (current === undefined) return undefined;
      if (!Array.isArray(current)) {
        throw typeMismatch(
          `Path '${path.join('.')}' contains an element of non-array type '${typeName(current)}'`,
        );
      }
      if (current.length === 0) return current;
      return side === 1n ? current.slice(0, -1) : current.slice(1);
    },
  };
}
