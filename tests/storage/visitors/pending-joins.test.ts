import { createPendingJoins } from '../../../src/storage/visitors/pending-joins.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();

describe('the list of visitors who are being made one', () => {
  it('takes a pair only from those who have seen all of it', async () => {
    const joins = createPendingJoins(database.db);
    const seen = await joins.read();
    expect(await joins.add({ from: 'a', into: 'b' }, seen)).toBe(true);
    expect(await joins.add({ from: 'b', into: 'a' }, seen)).toBe(false);
    const later = await joins.read();
    expect(later.pairs).toEqual([{ from: 'a', into: 'b' }]);
    await joins.remove({ from: 'a', into: 'b' });
    expect(await joins.add({ from: 'b', into: 'a' }, later)).toBe(false);
    expect((await joins.read()).pairs).toEqual([]);
  });

  it('takes one of several pairs that are added at once', async () => {
    const joins = createPendingJoins(database.db);
    const seen = await joins.read();
    const added = await Promise.all(['c', 'd', 'e', 'f'].map((from) => joins.add({ from, into: 'g' }, seen)));
    expect(added.filter(Boolean)).toHaveLength(1);
  });
});
