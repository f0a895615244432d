import fc from 'fast-check';
import { containing, RowTest } from '../../../src/storage/memory-table/row-pattern.ts';
import { plainEncoder, SymbolEncoder } from '../../../src/storage/memory-table/symbol-encoder.ts';
import { partEnd } from '../../../src/storage/memory-table/symbol-table.ts';
import { trainSymbols } from '../../../src/storage/memory-table/symbol-training.ts';

const rowOf = (text: string): Buffer =>
  Buffer.concat([Buffer.from('id'), Buffer.of(partEnd), Buffer.from(text), Buffer.of(partEnd)]);

/** A row as it is stored. */
function encoded(text: string, encoder: SymbolEncoder): Uint8Array {
  const row = new Uint8Array(2 * rowOf(text).length);
  encoder.encode(rowOf(text), row, 0);
  return row;
}

describe('a test of rows', () => {
  it('finds letters that begin again within themselves, wherever symbols begin and end', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'aa', 'b', 'c'), minLength: 1, maxLength: 8 });
    // How much of the letters comes, one beginning of them after the other.
    const beginnings = fc.array(fc.nat(16), { maxLength: 8 });
    fc.assert(
      fc.property(letters, beginnings, fc.array(letters), (wanted, lengths, sample) => {
        const text = lengths.map((length) => wanted.slice(0, length % (wanted.length + 1))).join('');
        const encoder = new SymbolEncoder(trainSymbols(sample.map(rowOf)));
        const test = new RowTest(containing(Buffer.from(wanted), 0));
        expect(test.matches(encoded(text, encoder), 0, encoder.table)).toBe(text.includes(wanted));
      }),
      { numRuns: 1_000 },
    );
  });

  it('works out once what follows from what, however many letters there are', () => {
    const wanted = 'abcdefghijklmnopqrstuvwxyz';
    const pattern = containing(Buffer.from(wanted), 0);
    let steps = 0;
    const test = new RowTest({
      next: (state, byte) => {
        steps += 1;
        return pattern.next(state, byte);
      },
    });
    const row = encoded(wanted, plainEncoder);
    expect(test.matches(row, 0, plainEncoder.table)).toBe(true);
    const workedOut = steps;
    expect(test.matches(row, 0, plainEncoder.table)).toBe(true);
    expect(steps).toBe(workedOut);
  });
});
