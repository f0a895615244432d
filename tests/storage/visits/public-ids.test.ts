import { randomIds } from '../../../src/domain/ids.ts';
import type { Numbered } from '../../../src/domain/visits/public-ids.ts';
import { createPublicIdStore } from '../../../src/storage/visits/public-ids.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
const store = () => createPublicIdStore(database.db);

const thing = (createdAt: Date | undefined = new Date('2024-05-06T07:08:09Z')): Numbered => ({
  id: randomIds.meteorId(),
  createdAt,
});

/** The ids of one thing. */
const idsOf = async (kind: Parameters<ReturnType<typeof store>['give']>[0], given: Numbered) => {
  const ids = (await store().give(kind, [given])).get(given.id);
  if (ids === undefined) throw new Error('nothing was given');
  return ids;
};

describe('public ids', () => {
  it('gives the same ids however often it is asked', async () => {
    const room = thing();

    const first = await idsOf('chat', room);

    expect(first.code).toMatch(/^[A-Z0-9]{10}$/);
    await expect(idsOf('chat', room)).resolves.toEqual(first);
  });

  it('finds what a number belongs to, among things of its kind only', async () => {
    const room = thing();
    const { number } = await idsOf('chat', room);

    await expect(store().findByNumber('chat', number)).resolves.toBe(room.id);
    await expect(store().findByNumber('agent', number)).resolves.toBeNull();
  });

  it('gives greater numbers to what was created later', async () => {
    const [older, newer] = [thing(new Date('2024-01-01')), thing(new Date('2024-01-02'))];

    const newerId = await idsOf('offline-message', newer);
    const olderId = await idsOf('offline-message', older);

    expect(newerId.number).toBeGreaterThan(olderId.number);
    expect(Number.isSafeInteger(newerId.number)).toBe(true);
  });

  it('gives positive numbers to what has no date of creation', async () => {
    const { number } = await idsOf('agent', { id: randomIds.meteorId() });

    expect(number).toBeGreaterThan(0);
  });

  it('counts groups from 1', async () => {
    const groups = [thing(), thing(), thing()];

    const given = await store().give('group', groups);
    const next = await idsOf('group', thing());

    expect([...given.values()].map(({ number }) => number).sort()).toEqual([1, 2, 3]);
    expect(next.number).toBe(4);
  });

  it('agrees with another instance that gives ids to the same things at the same time', async () => {
    const things = Array.from({ length: 20 }, () => thing());

    const [one, other] = await Promise.all([store().give('group', things), store().give('group', things)]);

    expect(Object.fromEntries(one)).toEqual(Object.fromEntries(other));
    const numbers = [...one.values()].map(({ number }) => number);
    expect(new Set(numbers).size).toBe(things.length);
  });

  it('gives ids to thousands of things that were created at the same moment', async () => {
    const things = Array.from({ length: 3_000 }, () => thing());

    const given = await store().give('agent', things);

    expect(new Set([...given.values()].map(({ number }) => number)).size).toBe(things.length);
  });
});
