import fc from 'fast-check';
import { Column } from '../../../src/storage/memory-table/column.ts';

const uint32 = 2 ** 32 - 1;

describe('a column of integers', () => {
  it('has the number that was set last at each position, and 0 elsewhere', () => {
    const value = fc.oneof(fc.constantFrom(0, 1, 255, 256, 65_535, 65_536, uint32), fc.nat(uint32));
    const changes = fc.array(fc.tuple(fc.oneof(fc.nat(20), fc.nat(40_000)), value));
    fc.assert(
      fc.property(changes, (all) => {
        const column = new Column();
        const expected = new Map<number, number>();
        for (const [position, number] of all) {
          column.set(position, number);
          expected.set(position, number);
        }
        for (const [position, number] of expected) expect(column.at(position)).toBe(number);
        expect(column.at(40_001)).toBe(0);
      }),
    );
  });

  it('takes no more bytes for a number than the largest near it needs', () => {
    const bytesWith = (value: number) => {
      const column = new Column();
      for (let position = 0; position < 100_000; position += 1) column.set(position, value);
      return Math.round(column.bytes / 100_000);
    };
    expect([0, 200, 300, 70_000].map(bytesWith)).toEqual([0, 1, 2, 4]);
  });
});
