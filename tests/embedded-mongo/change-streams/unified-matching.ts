// How the Unified Test Format compares what it expects with what there is.
import { Long } from 'bson';

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const numberOf = (value: unknown): unknown => (Long.isLong(value) ? value.toNumber() : value);

function typeOf(value: unknown): string {
  if (Long.isLong(value)) return 'long';
  return typeof value === 'number' && Number.isInteger(value) ? 'int' : typeof value;
}

function operatorDifference(expected: Record<string, unknown>, actual: unknown, path: string) {
  const [[operator, argument] = []] = Object.entries(expected);
  switch (operator) {
    case '$$exists':
      return (actual !== undefined) === argument ? undefined : `${path} does ${argument ? 'not ' : ''}exist`;
    case '$$type':
      return [argument].flat().includes(typeOf(actual)) ? undefined : `${path} is of type ${typeOf(actual)}`;
    case '$$unsetOrMatches':
      return actual === undefined ? undefined : differenceOf(argument, actual, path, false);
    default:
      throw new Error(`the operator ${operator} is not known`);
  }
}

/**
 * Where a value first differs from what is expected, in words; undefined if it does not. Fields that are not expected
 * may stand at the root, and nowhere else.
 */
export function differenceOf(
  expected: unknown,
  actual: unknown,
  path = 'the root',
  isRoot = true,
): string | undefined {
  if (isPlain(expected)) {
    const names = Object.keys(expected);
    if (names.length === 1 && names[0]?.startsWith('$$')) return operatorDifference(expected, actual, path);
    if (typeof actual !== 'object' || actual === null) return `${path} is no document`;
    // A command is the root of an event's comparison, too.
    const found = actual as Record<string, unknown>;
    const extra = isRoot ? undefined : Object.keys(found).find((name) => !names.includes(name));
    if (extra !== undefined) return `${path}.${extra} is not expected`;
    for (const name of names) {
      const inner = differenceOf(
        expected[name],
        found[name],
        `${path}.${name}`,
        isRoot && name === 'command',
      );
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return `${path} has another length`;
    for (const [index, item] of expected.entries()) {
      const inner = differenceOf(item, actual[index], `${path}.${index}`, false);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
  return Object.is(numberOf(expected), numberOf(actual)) ? undefined : `${path} is ${JSON.stringify(actual)}`;
}
