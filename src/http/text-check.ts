/** No document that the service stores nests deeper than a few levels; deeper input only costs. */
const maxDepth = 32;

/**
 * Says what is wrong with the text or nesting of decoded input: null characters and lone surrogates, which no
 * client means and MongoDB cannot keep faithfully, or nesting past any use. `undefined` where nothing is.
 */
export function textProblem(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'must NOT contain null characters';
    return value.isWellFormed() ? undefined : 'must be well-formed Unicode text';
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= maxDepth) return `must NOT nest deeper than ${maxDepth} levels`;
  for (const [name, member] of Object.entries(value)) {
    const problem = textProblem(name) ?? textProblem(member, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
