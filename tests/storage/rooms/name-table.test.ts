import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';
import { NameTable } from '../../../src/storage/rooms/name-table.ts';

const tableOf = (...names: string[]): NameTable => {
  const table = new NameTable();
  for (const name of names) table.add(name);
  return table;
};

describe('a table of names', () => {
  it('gives the names with a part, if there are no more than asked for', async () => {
    const table = tableOf('Ann one', 'Ann two', 'Ann three', 'Ben');
    expect(await inSlices(table.find('ann', 3))).toEqual(['Ann one', 'Ann two', 'Ann three']);
    expect(await inSlices(table.find('ann', 2))).toBeNull();
  });

  it('takes a name in once, and tells those apart that differ in case', async () => {
    const table = tableOf('Ann', 'ann', 'Ann');
    expect(await inSlices(table.find('ANN', 10))).toEqual(['Ann', 'ann']);
  });
});
