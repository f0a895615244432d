import { parseBoundedJson } from '../../../src/domain/text/bounded-json.ts';

const nested = (levels: number, open = '[', close = ']') => `${open.repeat(levels)}1${close.repeat(levels)}`;

describe('a JSON text from outside', () => {
  it('may have a hundred levels', () => {
    for (const text of [nested(100), nested(100, '{"a":', '}')])
      expect(JSON.stringify(parseBoundedJson(text))).toBe(text);
  });

  it('has no more levels for brackets in its texts, or for many lists in a row', () => {
    const texts = ['['.repeat(200), '\\"[{'.repeat(200), '\\'];
    for (const value of [texts, Array.from({ length: 500 }, () => [[{}]])])
      expect(parseBoundedJson(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    ['a level more', nested(101)],
    ['objects', nested(101, '{"a":', '}')],
    ['after texts', `["]]]","\\"",${nested(100)}]`],
    ['without an end', '['.repeat(500_000)],
  ])('is refused if it has more: %s', (_, text) => {
    expect(() => parseBoundedJson(text)).toThrow(new SyntaxError('JSON of more than 100 levels'));
  });

  it.each([
    ['a list', `[${Array(19_999).fill(1).join()}]`, '1,'],
    ['objects', `[${Array(9_999).fill('{}').join()},1]`, '{},'],
    ['the members of an object', `{${Array(19_999).fill('"a":1').join()}}`, '"a":1,'],
  ])('may have twenty thousand values, and no more: %s', (_, text, further) => {
    expect(() => parseBoundedJson(text)).not.toThrow();
    const longer = `${text[0]}${further}${text.slice(1)}`;
    expect(() => parseBoundedJson(longer)).toThrow(new SyntaxError('JSON of more than 20000 values'));
  });

  it('has no more values for commas in its texts', () => {
    const texts = [','.repeat(30_000)];
    expect(parseBoundedJson(JSON.stringify(texts))).toEqual(texts);
  });
});
