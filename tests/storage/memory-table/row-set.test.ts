import { GramIndex } from '../../../src/storage/memory-table/gram-index.ts';
import { collectRows, RowSet, SpareFlags } from '../../../src/storage/memory-table/row-set.ts';
import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';

const end = 100_000;
const all = () => true;

/** What a set has in the end. */
async function rowsOf(set: RowSet, passes: (row: number) => boolean = all): Promise<number[]> {
  const found = await inSlices(set.passing(passes));
  const rows = [...(await inSlices(collectRows(found)))];
  expect(rows).toHaveLength(found.count);
  return rows;
}

/** So many different rows, in no order. */
const some = (count: number) => Array.from({ length: count }, (_, n) => (n * 7_919) % end);
const ascending = (rows: readonly number[]) => rows.toSorted((a, b) => a - b);

describe.each([
  ['few', 1_000],
  ['many', 50_000],
])('a set of %s rows', (_, count) => {
  it('has each row once, ascending, however often it was added', async () => {
    const set = new RowSet(end, new SpareFlags());
    for (const row of [...some(count), ...some(count)]) set.add(row);
    expect(await rowsOf(set)).toEqual(ascending(some(count)));
  });

  it('has the rows that pass a test', async () => {
    const isEven = (row: number) => row % 2 === 0;
    const set = new RowSet(end, new SpareFlags());
    for (const row of some(count)) set.add(row);
    expect(await rowsOf(set, isEven)).toEqual(ascending(some(count)).filter(isEven));
  });

  it('has the rows of postings, and others', async () => {
    const index = new GramIndex();
    for (let row = 0; row < count; row += 1) index.add('abc', row * 2);
    const set = new RowSet(end, new SpareFlags());
    set.add(1);
    for (const term of ['abc', 'bc', 'abcd']) for (const each of index.find(term)) set.addPostings(each);
    expect(await rowsOf(set)).toEqual([0, 1, ...Array.from({ length: count - 1 }, (_, n) => 2 * (n + 1))]);
  });
});

describe('a set of rows', () => {
  it('may have all of them', async () => {
    const set = new RowSet(end, new SpareFlags());
    set.add(5);
    set.addAll();
    expect(await rowsOf(set)).toHaveLength(end);
  });

  it('has none of those of a set before, whose flags it uses again', async () => {
    const spare = new SpareFlags();
    const before = new RowSet(end, spare);
    before.addAll();
    await rowsOf(before);
    before.free();
    const set = new RowSet(end, spare);
    for (const row of some(50_000)) set.add(row);
    expect(await rowsOf(set)).toEqual(ascending(some(50_000)));
    set.free();
    expect(spare.take(1).length).toBeGreaterThanOrEqual(end);
  });

  it('uses only a few arrays again, of many that were needed at the same time', () => {
    const spare = new SpareFlags();
    const used = Array.from({ length: 5 }, () => spare.take(end));
    for (const flags of used) spare.giveBack(flags);
    const taken = used.map(() => spare.take(1));
    expect(taken.filter((flags) => used.includes(flags))).toHaveLength(2);
  });

  it('has room for more rows than the set before, whose flags would not be enough', async () => {
    const spare = new SpareFlags();
    const before = new RowSet(end, spare);
    before.addAll();
    await rowsOf(before);
    before.free();
    const set = new RowSet(2 * end, spare);
    set.addAll();
    expect(await rowsOf(set)).toHaveLength(2 * end);
  });
});
