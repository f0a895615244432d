import { textProblem } from '../../src/http/text-check.ts';

const nested = (levels: number): unknown => (levels === 0 ? 'deep' : [nested(levels - 1)]);

describe('input', () => {
  it.each([
    ['a text in any script', 'Привет 👋'],
    ['numbers, truth values and nothing', [1, true, null, undefined]],
    ['32 levels', nested(32)],
    ['an object of texts', { name: 'Ann', tags: ['a', 'b'] }],
  ])('may be %s', (_what, value) => {
    expect(textProblem(value)).toBeUndefined();
  });

  it.each([
    ['a null character', 'a\0b', 'must NOT contain null characters'],
    ['half of a character', 'a\ud83d', 'must be well-formed Unicode text'],
    ['33 levels', nested(33), 'must NOT nest deeper than 32 levels'],
  ])('must not hold %s, wherever it stands', (_what, value, problem) => {
    expect(textProblem(value)).toBe(problem);
    expect(textProblem({ list: [value] })).toBe(problem);
  });

  it('must not have such characters in a name either', () => {
    expect(textProblem({ 'a\0b': 1 })).toBe('must NOT contain null characters');
    expect(textProblem([{ '\udc00': 1 }])).toBe('must be well-formed Unicode text');
  });
});
