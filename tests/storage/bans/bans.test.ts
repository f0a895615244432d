import type { Ban } from '../../../src/domain/bans/ban.ts';
import { createBanStore } from '../../../src/storage/bans/bans.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection, unique } from '../../support/visitors.ts';

const database = useDatabase();
// Far ahead: by its own clock, the database removes what is old.
const now = new Date('2096-01-31T10:00:00Z');
const later = new Date('2096-03-01T00:00:00Z');
const sooner = new Date('2096-02-01T00:00:00Z');
const banStore = () => createBanStore(database.db, () => now);

async function storeVisitor() {
  const visitor = { _id: unique('visitor'), token: unique('token') };
  await collection(database.db, 'livechat_visitor').insertOne(visitor);
  return visitor;
}

const banOf = (value: string, expiresAt?: Date): Ban => ({
  _id: unique('ban'),
  kind: 'visitor',
  value,
  reason: '',
  createdAt: now,
  createdBy: { _id: 'admin' },
  ...(expiresAt && { expiresAt }),
});

describe('the bans of visitors who turn out to be somebody else', () => {
  it('hold for that visitor as soon as they are moved', async () => {
    const [from, into] = [await storeVisitor(), await storeVisitor()];
    const bans = banStore();
    await bans.put(banOf(from._id));
    expect(bans.isBanned({ token: into.token })).toBe(false);
    await bans.setVisitor([from._id], into._id);
    expect(bans.isBanned({ token: into.token })).toBe(true);
    expect(bans.isBanned({ token: from.token })).toBe(false);
  });

  it.each([
    ['the longer one that is moved', later, sooner, later],
    ['the longer one that was there', sooner, later, later],
    ['the endless one that is moved', undefined, sooner, undefined],
    ['the endless one that was there', sooner, undefined, undefined],
  ])('leave one of two: %s', async (_, ofFrom, ofInto, expected) => {
    const [from, into] = [unique('visitor'), unique('visitor')];
    const bans = banStore();
    await bans.put(banOf(from, ofFrom));
    await bans.put(banOf(into, ofInto));
    await bans.setVisitor([from], into);
    const left = (await bans.list()).filter(({ value }) => value === from || value === into);
    expect(left.map(({ value, expiresAt }) => [value, expiresAt])).toEqual([[into, expected]]);
  });
});
