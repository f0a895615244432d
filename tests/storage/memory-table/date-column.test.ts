import fc from 'fast-check';
import { DateColumn, millisecondsOf } from '../../../src/storage/memory-table/date-column.ts';

const day = 86_400_000;
const bytesOf = (dates: readonly number[]): number => {
  const column = new DateColumn();
  for (const [position, date] of dates.entries()) column.set(position, date);
  return column.bytes;
};

describe('a column of dates', () => {
  it('has the date that was set last at each position, however far from others', () => {
    const now = Date.UTC(2024, 1, 1);
    const date = fc.oneof(
      fc.constant(Number.NEGATIVE_INFINITY),
      fc.integer({ min: now - 30 * day, max: now + 30 * day }),
      fc.constantFrom(0, -(2 ** 31), 2 ** 31, now - 2 ** 31, now + 2 ** 31, now + 2 ** 31 - 1),
      fc.date({ noInvalidDate: true }).map((each) => each.getTime()),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(fc.nat(20), fc.nat(5_000)), date)), (all) => {
        const column = new DateColumn();
        const expected = new Map<number, number>();
        for (const [position, each] of all) {
          column.set(position, each);
          expected.set(position, each);
        }
        for (const [position, each] of expected) expect(column.at(position)).toBe(each);
        expect(column.at(5_001)).toBe(millisecondsOf(undefined));
      }),
      {
        examples: [-(2 ** 31), 2 ** 31].map((farthest) => [
          [
            [0, now],
            [1, now + farthest],
          ],
        ]),
      },
    );
  });

  it('has no date where the database has one that JavaScript has none for', () => {
    expect(millisecondsOf(new Date(Number.NaN))).toBe(millisecondsOf(undefined));
    expect(millisecondsOf(new Date(0))).toBe(0);
  });

  it('takes four bytes for each of dates in their order, eight for others, and none for those that there are not', () => {
    const inOrder = Array.from({ length: 100 * 1_024 }, (_, n) => n * 60_000);
    expect(bytesOf(inOrder) / inOrder.length).toBe(4);
    expect(bytesOf(inOrder.map((date) => (date % 7) * 365 * day)) / inOrder.length).toBe(8);
    expect(bytesOf(inOrder.map(() => millisecondsOf(null)))).toBe(0);
  });
});
