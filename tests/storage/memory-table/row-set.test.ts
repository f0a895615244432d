import { GramIndex } from '../../../src/storage/memory-table/gram-index.ts';
import { RowSet, SpareArrays } from '../../../src/storage/memory-table/row-set.ts';

const end = 100_000;
const all = () => true;

/** What a set has in the end. */
function rowsOf(set: RowSet, passes: (row: number) => boolean = all): number[] {
  const work = set.ascending(passes);
  for (;;) {
    const step = work.next();
    if (step.done) return [...step.value];
  }
}

/** So many different rows, in no order. */
const some = (count: number) => Array.from({ length: count }, (_, n) => (n * 7_919) % end);
const ascending = (rows: readonly number[]) => rows.toSorted((a, b) => a - b);

describe.each([
  ['few', 1_000],
  ['many', 50_000],
])('a set of %s rows', (_, count) => {
  it('has each row once, ascending, however often it was added', () => {
    const set = new RowSet(end, new SpareArrays());
    for (const row of [...some(count), ...some(count)]) set.add(row);
    expect(rowsOf(set)).toEqual(ascending(some(count)));
  });

  it('has the rows that pass a test', () => {
    const isEven = (row: number) => row % 2 === 0;
    const set = new RowSet(end, new SpareArrays());
    for (const row of some(count)) set.add(row);
    expect(rowsOf(set, isEven)).toEqual(ascending(some(count)).filter(isEven));
  });

  it('has the rows of postings, and others', () => {
    const index = new GramIndex();
    for (let row = 0; row < count; row += 1) index.add('abc', row * 2);
    const set = new RowSet(end, new SpareArrays());
    set.add(1);
    for (const term of ['abc', 'bc', 'abcd']) for (const each of index.find(term)) set.addPostings(each);
    expect(rowsOf(set)).toEqual([0, 1, ...Array.from({ length: count - 1 }, (_, n) => 2 * (n + 1))]);
  });
});

describe('a set of rows', () => {
  it('may have all of them', () => {
    const set = new RowSet(end, new SpareArrays());
    set.add(5);
    set.addAll();
    expect(rowsOf(set)).toHaveLength(end);
  });

  it('has none of those of a set before, whose arrays it uses again', () => {
    const spare = new SpareArrays();
    const before = new RowSet(end, spare);
    before.addAll();
    rowsOf(before);
    before.free();
    const set = new RowSet(end, spare);
    for (const row of some(50_000)) set.add(row);
    expect(rowsOf(set)).toEqual(ascending(some(50_000)));
    set.free();
    const [flags, rows] = [spare.takeFlags(1), spare.takeRows(1)];
    expect([flags.length, rows.length].every((length) => length >= end)).toBe(true);
  });

  it('uses only a few arrays again, of many that were needed at the same time', () => {
    const spare = new SpareArrays();
    const used = Array.from({ length: 5 }, () => spare.takeRows(end));
    for (const rows of used) spare.giveBack(new Uint8Array(end), rows);
    const taken = used.map(() => spare.takeRows(1));
    expect(taken.filter((rows) => used.includes(rows))).toHaveLength(2);
  });

  it('has room for more rows than the set before, whose arrays would not be enough', () => {
    const spare = new SpareArrays();
    const before = new RowSet(end, spare);
    before.addAll();
    rowsOf(before);
    before.free();
    const set = new RowSet(2 * end, spare);
    set.addAll();
    expect(rowsOf(set)).toHaveLength(2 * end);
  });
});
