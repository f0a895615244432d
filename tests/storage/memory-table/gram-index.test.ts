import fc from 'fast-check';
import { type FoundPostings, GramIndex } from '../../../src/storage/memory-table/gram-index.ts';

const letters = (constraints: fc.StringConstraints) =>
  fc.string({ ...constraints, unit: fc.constantFrom('a', 'b', '한') });

function indexOf(texts: readonly string[]): GramIndex {
  const index = new GramIndex();
  texts.forEach((text, row) => {
    index.add(text, row);
  });
  return index;
}

const rowsIn = (found: readonly FoundPostings[]): number[] => {
  const rows = found.flatMap((postings) => [...postings.blocks()].flatMap((block) => [...block]));
  return [...new Set(rows)].sort((one, other) => one - other);
};

/** The rows by what is marked. */
const markedBy = (found: readonly FoundPostings[], count: number): number[] => {
  const flags = new Uint8Array(count);
  for (const postings of found) postings.mark(flags);
  return [...flags.keys()].filter((row) => flags[row] === 1);
};

const rowsWith = (texts: readonly string[], ...parts: readonly string[]): number[] =>
  [...texts.keys()].filter((row) => parts.every((part) => texts[row]?.includes(part)));

describe('an index of grams', () => {
  it('finds the rows with a term of up to three letters, and those alone', () => {
    fc.assert(
      fc.property(
        fc.array(letters({ maxLength: 12 })),
        letters({ minLength: 1, maxLength: 3 }),
        (texts, term) => {
          const found = indexOf(texts).find(term);
          expect(rowsIn(found)).toEqual(rowsWith(texts, term));
          expect(markedBy(found, texts.length)).toEqual(rowsWith(texts, term));
        },
      ),
    );
  });

  it('finds all rows with a longer term, and others only if they have its rarest gram', () => {
    const texts = fc.array(letters({ maxLength: 12 }), { maxLength: 60 });
    fc.assert(
      fc.property(texts, letters({ minLength: 4, maxLength: 6 }), (all, term) => {
        const found = indexOf(all).find(term);
        const grams = [...term].slice(2).map((_, index) => rowsWith(all, term.slice(index, index + 3)));
        const rarest = Math.min(...grams.map((rows) => rows.length));
        expect(rowsIn(found)).toEqual(expect.arrayContaining(rowsWith(all, term)));
        expect(rowsIn(found).length).toBeLessThanOrEqual(rarest);
        expect(markedBy(found, all.length)).toEqual(rowsIn(found));
      }),
    );
  });

  it('rules out rows that have two grams, which mostly stand together, but not the third', () => {
    const textOf = (n: number) => `${n % 40 === 0 ? 'abcd' : ''} ${n % 37 === 0 ? 'cde' : ''}`;
    const texts = Array.from({ length: 8_000 }, (_, n) => textOf(n));
    expect(rowsIn(indexOf(texts).find('abcde'))).toEqual(rowsWith(texts, 'abcd', 'cde'));
  });

  it('finds all rows with a longer term among thousands, and few others', () => {
    const texts = Array.from({ length: 20_000 }, (_, n) => `guest-${n}`);
    const found = rowsIn(indexOf(texts).find('guest-1234'));
    expect(found).toEqual(expect.arrayContaining(rowsWith(texts, 'guest-1234')));
    expect(found.length).toBeLessThan(30);
    expect(found.length).toBeLessThan(rowsWith(texts, '234').length);
  });
});
