import { boundedMatch } from '../../../src/domain/text/bounded-match.ts';

describe('Matching a pattern that somebody configured', () => {
  it('returns what a regular expression finds', () => {
    expect(boundedMatch('^\\d{2,}$', '', '123')).toEqual(['123']);
    expect(boundedMatch('[a-z]+', 'gi', 'Ann and Bob')).toEqual(['Ann', 'and', 'Bob']);
    expect(boundedMatch('', '', '')).toEqual(['']);
    expect(boundedMatch('b', '', 'a')).toBeNull();
  });

  it('treats an invalid pattern as one that matches nothing', () => {
    expect(boundedMatch('(', '', '(')).toBeNull();
  });

  it('gives up on a pattern that takes too long, and is ready for the next one', () => {
    const startedAt = performance.now();
    expect(boundedMatch('^(a+)+$', '', `${'a'.repeat(60)}!`)).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(boundedMatch('a', '', 'a')).toEqual(['a']);
  });

  it('treats pattern and text as text, never as code', () => {
    expect(boundedMatch('x")); throw new Error("', '', 'x')).toBeNull();
    expect(boundedMatch('this', '', 'this.constructor')).toEqual(['this']);
  });
});
