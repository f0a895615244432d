import { foldCase } from '../../../src/domain/text/case-folding.ts';

/** Every character that has more than one case, and what a case-insensitive expression takes it for. */
function casedCharacters(): string[] {
  const all: string[] = [];
  for (let point = 0; point < 0x110000; point += 1) {
    const character = String.fromCodePoint(point);
    if (/[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/u.test(character)) all.push(character);
  }
  return all;
}

describe('folding case', () => {
  it('makes characters equal exactly if a case-insensitive regular expression does', () => {
    const cased = casedCharacters();
    const everything = cased.join('');
    const classes = new Map<string, string[]>();
    for (const character of cased) {
      const folded = foldCase(character);
      classes.set(folded, [...(classes.get(folded) ?? []), character]);
    }
    expect(cased.length).toBeGreaterThan(2_500);
    for (const character of cased) {
      const pattern = new RegExp(`\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`, 'giu');
      expect(classes.get(foldCase(character))).toEqual(everything.match(pattern));
    }
  });

  it('leaves alone what has no case, and does not compose combining marks', () => {
    for (const text of ['漢字', '\u0301', 'שלום', '😀', '12-3_']) expect(foldCase(text)).toBe(text);
    expect(foldCase('É')).not.toBe(foldCase('E\u0301'));
  });

  it('folds texts character by character', () => {
    expect(foldCase('Straẞe İstanbul ΟΔΟΣ')).toBe(foldCase('sTRAßE İSTANBUL οδος'));
    expect(foldCase('İ')).not.toBe(foldCase('i'));
  });
});
