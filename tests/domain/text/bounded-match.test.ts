import { boundedMatches } from '../../../src/domain/text/bounded-match.ts';

const match = (pattern: string, flags: string, text: string) => boundedMatches([{ pattern, flags, text }])[0];

describe('Matching a pattern that somebody configured', () => {
  it('returns what a regular expression finds', () => {
    expect(match('^\\d{2,}$', '', '123')).toEqual(['123']);
    expect(match('[a-z]+', 'gi', 'Ann and Bob')).toEqual(['Ann', 'and', 'Bob']);
    expect(match('', '', '')).toEqual(['']);
    expect(match('b', '', 'a')).toBeNull();
  });

  it('treats an invalid pattern as one that matches nothing', () => {
    expect(match('(', '', '(')).toBeNull();
  });

  it('gives up on a pattern that takes too long, and is ready for the next one', () => {
    const startedAt = performance.now();
    expect(match('^(a+)+$', '', `${'a'.repeat(60)}!`)).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(match('a', '', 'a')).toEqual(['a']);
  });

  it('takes a tenth of a second for all patterns together', () => {
    const good = { pattern: 'a', flags: '', text: 'a' };
    const endless = { pattern: '^(a+)+$', flags: '', text: `${'a'.repeat(60)}!` };
    const startedAt = performance.now();
    const found = boundedMatches([good, ...Array(30).fill(endless), good]);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(found[0]).toEqual(['a']);
    expect(found.slice(1)).toEqual(Array(31).fill(null));
  });

  it('treats pattern and text as text, never as code', () => {
    expect(match('x")); throw new Error("', '', 'x')).toBeNull();
    expect(match('this', '', 'this.constructor')).toEqual(['this']);
  });
});
