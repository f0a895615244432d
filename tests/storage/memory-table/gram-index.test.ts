import fc from 'fast-check';
import { type FoundPostings, GramIndex } from '../../../src/storage/memory-table/gram-index.ts';

const letters = (constraints: fc.StringConstraints) =>
  fc.string({ ...constraints, unit: fc.constantFrom('a', 'b', 'c') });

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

  it('finds the rows that have both grams of a term of four letters', () => {
    const texts = fc.array(letters({ maxLength: 12 }), { maxLength: 60 });
    fc.assert(
      fc.property(texts, letters({ minLength: 4, maxLength: 4 }), (all, term) => {
        const found = indexOf(all).find(term);
        const expected = rowsWith(all, term.slice(0, 3), term.slice(1));
        expect(rowsIn(found)).toEqual(expected);
        expect(markedBy(found, all.length)).toEqual(expected);
      }),
    );
  });

  it('finds all rows with a longer term among thousands, and few others', () => {
    const texts = Array.from({ length: 20_000 }, (_, n) => `guest-${n}`);
    const found = rowsIn(indexOf(texts).find('guest-1234'));
    expect(found).toEqual(expect.arrayContaining(rowsWith(texts, 'guest-1234')));
    expect(found.length).toBeLessThan(rowsWith(texts, '234').length);
  });
});
