import { parseShallowJson } from '../../../src/domain/text/shallow-json.ts';

const nested = (levels: number, open = '[', close = ']') => `${open.repeat(levels)}1${close.repeat(levels)}`;

describe('a JSON text from outside', () => {
  it('may have a hundred levels', () => {
    for (const text of [nested(100), nested(100, '{"a":', '}')])
      expect(JSON.stringify(parseShallowJson(text))).toBe(text);
  });

  it('has no more levels for brackets in its texts, or for many lists in a row', () => {
    const texts = ['['.repeat(200), '\\"[{'.repeat(200), '\\'];
    for (const value of [texts, Array.from({ length: 500 }, () => [[{}]])])
      expect(parseShallowJson(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    ['a level more', nested(101)],
    ['objects', nested(101, '{"a":', '}')],
    ['after texts', `["]]]","\\"",${nested(100)}]`],
    ['without an end', '['.repeat(500_000)],
  ])('is refused if it has more: %s', (_, text) => {
    expect(() => parseShallowJson(text)).toThrow(new SyntaxError('JSON of more than 100 levels'));
  });
});
