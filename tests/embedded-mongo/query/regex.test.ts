import { compileRegex } from '../../../src/embedded-mongo/query/regex.ts';
import { codeOf } from '../values.ts';

const finds = (pattern: string, text: string, options = ''): boolean => compileRegex(pattern, options)(text);

describe('patterns mean what they mean to PCRE', () => {
  it('lets $ match before a final line feed, and only there', () => {
    expect(finds('a$', 'a\n')).toBe(true);
    expect(finds('a$', 'a\nb')).toBe(false);
    expect(finds('a\\z', 'a\n')).toBe(false);
    expect(finds('a$', 'a\nb', 'm')).toBe(true);
  });

  it('treats only the line feed as a line ending', () => {
    expect(finds('a.b', 'a\rb')).toBe(true);
    expect(finds('a.b', 'a\u2028b')).toBe(true);
    expect(finds('a.b', 'a\nb')).toBe(false);
    expect(finds('a.b', 'a\nb', 's')).toBe(true);
    expect(finds('^b', 'a\u2028b', 'm')).toBe(false);
    expect(finds('^b', 'a\nb', 'm')).toBe(true);
    expect(finds('^$', 'a\n', 'm')).toBe(false);
  });

  it('knows only ASCII spaces, digits and letters', () => {
    expect(finds('^\\s$', '\u00a0')).toBe(false);
    expect(finds('^\\d$', '\u0663')).toBe(false);
    expect(finds('^[[:alpha:]]+$', 'abc')).toBe(true);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(finds('^.$', '\u{1f600}')).toBe(true);
    expect(finds('^[\u{1f600}x]$', '\u{1f600}')).toBe(true);
  });

  it('folds case in every script', () => {
    expect(finds('^ÄÖ', 'äöü', 'i')).toBe(true);
    expect(finds('привет', 'ПРИВЕТ', 'i')).toBe(true);
    expect(finds('k', '\u212a', 'i')).toBe(true);
  });

  it('reads what JavaScript refuses or reads differently', () => {
    expect(finds('a{,2}', 'a{,2}')).toBe(true);
    expect(finds(']', ']')).toBe(true);
    expect(finds('[]a]', ']')).toBe(true);
    expect(finds("\\'\\-\\@\\_", "'-@_")).toBe(true);
    expect(finds('\\Qa.b\\E+', 'a.bb')).toBe(true);
    expect(finds('(?i)abc', 'ABC')).toBe(true);
    expect(finds('a b # comment', 'ab', 'x')).toBe(true);
    expect(finds('(?P<name>a)b', 'ab')).toBe(true);
    expect(finds('^(ab?c*){1,2}(d|e)+$', 'abccacde')).toBe(true);
  });
});

describe('failure cases', () => {
  it.each(['(', 'a)', '[a', '*a', 'a**', '\\', '\\y', '(?#x'])(
    'refuses the invalid %s with 51091',
    (pattern) => {
      expect(codeOf(() => compileRegex(pattern, ''))).toBe(51091);
    },
  );

  it.each([
    '(a)\\1',
    'a++',
    '(?>a)',
    '\\p{L}',
    '(?R)',
    '(*UCP)a',
    'a(?i)b',
    '\\Ra',
    '(?<=a+)b',
    '(a+)+$',
    '((a*)b?){2,}c',
    '[[:^alpha:]]',
  ])('refuses %s, which JavaScript cannot answer exactly', (pattern) => {
    expect(codeOf(() => compileRegex(pattern, ''))).toBe(238);
  });

  it('refuses unknown options and null bytes', () => {
    expect(codeOf(() => compileRegex('a', 'g'))).toBe(51108);
    expect(codeOf(() => compileRegex('a\0', ''))).toBe(2);
  });

  it('refuses the two characters whose case JavaScript folds into ASCII letters', () => {
    expect(codeOf(() => finds('\\w', '\u017f', 'i'))).toBe(238);
  });
});
