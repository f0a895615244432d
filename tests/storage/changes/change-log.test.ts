import type { ChangePosition } from '../../../src/domain/changes/change-log.ts';
import { createChangeLog } from '../../../src/storage/changes/change-log.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection } from '../../support/visitors.ts';

const database = useDatabase();
const { signal } = new AbortController();
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second));

beforeEach(async () => {
  const messages = collection(database.db, 'message');
  await messages.deleteMany({ _id: { $gt: '' } });
  const written = { a: 1, b: 2, c: 2, d: 2, e: 3 };
  await messages.insertMany(
    Object.entries(written).map(([_id, second]) => ({ _id, rid: 'room', _updatedAt: at(second) })),
  );
});

const list = async (after: ChangePosition, upTo: Date, limit = 10) => {
  const { documents, hasMore } = await createChangeLog(database.db).listMessages({
    after,
    upTo,
    limit,
    signal,
  });
  return { ids: documents.map(({ _id }) => _id), hasMore };
};

describe('what was written after a place', () => {
  it('is told up to a date, the oldest first', async () => {
    expect(await list({ at: at(1), id: 'a' }, at(2))).toEqual({ ids: ['b', 'c', 'd'], hasMore: false });
  });

  it('begins with the next of those that were written at the same time', async () => {
    expect(await list({ at: at(2), id: 'b' }, at(3))).toEqual({ ids: ['c', 'd', 'e'], hasMore: false });
  });

  it('may have more behind it', async () => {
    expect(await list({ at: at(0), id: '' }, at(3), 2)).toEqual({ ids: ['a', 'b'], hasMore: true });
  });
});
