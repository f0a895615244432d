import { boundedMatch } from '../../../src/domain/text/bounded-match.ts';

describe('Matching a pattern that somebody set', () => {
  it('gives what a regular expression finds', () => {
    expect(boundedMatch('^\\d{2,}$', '', '123')).toEqual(['123']);
    expect(boundedMatch('[a-z]+', 'gi', 'Ann and Bob')).toEqual(['Ann', 'and', 'Bob']);
    expect(boundedMatch('', '', '')).toEqual(['']);
    expect(boundedMatch('b', '', 'a')).toBeNull();
  });

  it('takes a pattern that is none for one that matches nothing', () => {
    expect(boundedMatch('(', '', '(')).toBeNull();
  });

  it('gives up on a pattern that takes for ever, and is ready for the next one', () => {
    const startedAt = performance.now();
    expect(boundedMatch('^(a+)+$', '', `${'a'.repeat(60)}!`)).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(boundedMatch('a', '', 'a')).toEqual(['a']);
  });

  it('takes pattern and text for texts, never for a program', () => {
    expect(boundedMatch('x")); throw new Error("', '', 'x')).toBeNull();
    expect(boundedMatch('this', '', 'this.constructor')).toEqual(['this']);
  });
});
