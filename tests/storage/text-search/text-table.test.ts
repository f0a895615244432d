import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';
import { TextTable } from '../../../src/storage/text-search/text-table.ts';

const tableOf = (...names: string[]): TextTable => {
  const table = new TextTable();
  for (const name of names) table.add(name, name);
  return table;
};

describe('a table of texts', () => {
  it('gives the names with a part, if there are no more than asked for', async () => {
    const table = tableOf('Ann one', 'Ann two', 'Ann three', 'Ben');
    expect(await inSlices(table.find('ann', 3))).toEqual(['Ann one', 'Ann two', 'Ann three']);
    expect(await inSlices(table.find('ann', 2))).toBeNull();
  });

  it('takes a name in once, and tells those apart that differ in case', async () => {
    const table = tableOf('Ann', 'ann', 'Ann');
    expect(await inSlices(table.find('ANN', 10))).toEqual(['Ann', 'ann']);
  });

  it('gives a key once, by whichever of its texts it is found', async () => {
    const table = new TextTable();
    table.add('room', 'Order 17');
    table.add('room', 'order 171');
    table.add('other', 'Order 17');
    expect(await inSlices(table.find('ORDER 17', 10))).toEqual(['room', 'other']);
    expect(await inSlices(table.find('171', 10))).toEqual(['room']);
  });
});
