// What holds for any values, whatever their types.
import fc from 'fast-check';
import { compareValues } from '../../src/embedded-mongo/bson/compare.ts';
import { identicalValues } from '../../src/embedded-mongo/bson/identical.ts';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { valueKey } from '../../src/embedded-mongo/bson/value-key.ts';
import { compileFilter } from '../../src/embedded-mongo/query/matcher.ts';
import { parseFilter } from '../../src/embedded-mongo/query/parse-filter.ts';
import { compileRegex } from '../../src/embedded-mongo/query/regex.ts';
import { compileUpdate } from '../../src/embedded-mongo/update/apply-update.ts';
import { documents, paths, predicates, scalars, values } from './arbitraries.ts';
import { sortedBy } from './values.ts';

const holds = (filter: Document, document: Document): boolean =>
  compileFilter(parseFilter(filter)).matches(document);

const apply = (update: Document, document: Document): Document =>
  compileUpdate(update).apply(document, { now: new Date(0) }).document;

describe('the order of values', () => {
  it('is total: antisymmetric, transitive and reflexive', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        expect(compareValues(a, a)).toBe(0);
        expect(Math.sign(compareValues(a, b))).toBe(Math.sign(-compareValues(b, a)) + 0);
        const [x, y, z] = [a, b, c].sort(compareValues);
        expect(compareValues(x, z)).toBeLessThanOrEqual(0);
        expect(compareValues(x, y) <= 0 && compareValues(y, z) <= 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with the keys that equal values share', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(valueKey(a) === valueKey(b)).toBe(compareValues(a, b) === 0);
      }),
      { numRuns: 1000 },
    );
  });

  it('sorts descending in the reverse of ascending order, apart from arrays', () => {
    fc.assert(
      fc.property(fc.array(scalars, { maxLength: 6 }), (list) => {
        const rows = list.map((a): Document => ({ a }));
        const up = sortedBy([{ path: 'a', direction: 1 }], rows);
        const down = sortedBy([{ path: 'a', direction: -1 }], rows);
        for (const [i, row] of up.entries()) expect(compareValues(row.a, down.at(-1 - i)?.a)).toBe(0);
      }),
    );
  });
});

describe('filters', () => {
  it('find with $not exactly what they do not find without it', () => {
    fc.assert(
      fc.property(paths, predicates, documents, (path, predicate, document) => {
        expect(holds({ [path]: { $not: predicate } }, document)).toBe(
          !holds({ [path]: predicate }, document),
        );
        expect(holds({ $nor: [{ [path]: predicate }] }, document)).toBe(
          !holds({ [path]: predicate }, document),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("find by $in what they find by any of the values, and by $eq a document's own values", () => {
    fc.assert(
      fc.property(paths, fc.array(values, { maxLength: 3 }), documents, (path, list, document) => {
        const one = list.some((value) => holds({ [path]: { $eq: value } }, document));
        expect(holds({ [path]: { $in: list } }, document)).toBe(one);
        for (const [name, value] of Object.entries(document))
          expect(holds({ [name]: { $eq: value } }, document)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('updates', () => {
  it('change nothing when a $set, $addToSet, $min or $max is applied again', () => {
    fc.assert(
      fc.property(
        documents,
        values,
        fc.constantFrom('$set', '$min', '$max', '$addToSet'),
        (document, value, operator) => {
          const start = operator === '$addToSet' ? { ...document, a: [] } : document;
          const update: Document = { [operator]: { a: value } };
          const once = apply(update, start);
          const again = compileUpdate(update).apply(once, { now: new Date(0) });
          expect(again.modified).toBe(false);
          expect(again.document).toBe(once);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('undo with $unset what $set has added', () => {
    fc.assert(
      fc.property(documents, values, (document, value) => {
        const added = apply({ $set: { fresh: value } }, document);
        expect(identicalValues(apply({ $unset: { fresh: '' } }, added), document)).toBe(true);
      }),
    );
  });
});

describe('regular expressions', () => {
  it('find any text by its own escaped form', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'grapheme' }),
        (text, around) => {
          fc.pre(!text.includes('\0'));
          const pattern = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
          expect(compileRegex(pattern, '')(around + text + around)).toBe(true);
        },
      ),
    );
  });
});
