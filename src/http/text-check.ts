/** No document that the service stores is nested deeper than a few levels; deeper input only costs time. */
const maxDepth = 32;

/**
 * What is wrong with the strings or the nesting of decoded input: null characters and lone surrogates, which no
 * client intends and MongoDB cannot store faithfully, or senseless nesting. Undefined if nothing is.
 */
export function textProblem(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'must NOT contain null characters';
    return value.isWellFormed() ? undefined : 'must be well-formed Unicode text';
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= maxDepth) return `must NOT nest deeper than ${maxDepth} levels`;
  for (const name of Object.keys(value)) {
    const problem = textProblem(name) ?? textProblem(Reflect.get(value, name), depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
