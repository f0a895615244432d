import { randomIds } from '../../../src/domain/ids.ts';
import { noDevice, noPlace } from '../../../src/domain/visits/visit.ts';
import { finishMerges, mergeRecords } from '../../../src/storage/visits/merge-records.ts';
import { unseenVisitor } from '../../../src/storage/visits/new-visitor.ts';
import { createVisitMerger } from '../../../src/storage/visits/visit-merger.ts';
import {
  type VisitCollections,
  type VisitorDocument,
  visitCollectionsOf,
} from '../../../src/storage/visits/visitor-documents.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';

const database = useDatabase();
const collections = () => visitCollectionsOf(database.db);
const bannedAs = new Map<string, string>();
const bans = {
  async setVisitor(fromIds: readonly string[], toId: string) {
    for (const id of fromIds) bannedAs.set(id, toId);
  },
};
const parts = (given: VisitCollections = collections()) => ({
  bans,
  collections: given,
  retentionMs: () => 1_000,
});
const finishAll = () => finishMerges(parts(), new AbortController().signal);
let moment = new Date('2026-01-31T10:00:00Z').getTime();

/** Somebody who looked at so many pages on their only visit. */
async function storeVisitor(pageViews: number): Promise<VisitorDocument> {
  moment += 60_000;
  const seenAt = new Date(moment);
  const document = {
    ...unseenVisitor(randomIds.hexId(), seenAt, 0),
    tokens: [unique('token')],
    visits: 1,
    pageViews,
    presentUntil: seenAt,
    visit: {
      _id: randomIds.hexId(),
      startedAt: seenAt,
      lastSeenAt: seenAt,
      pageViews,
      referrer: '',
      landingPage: '',
      device: noDevice,
      place: noPlace,
      hasHeartbeat: false,
    },
  };
  await collections().visitors.insertOne(document);
  return document;
}

const stored = async ({ _id }: VisitorDocument) => {
  const found = await collections().visitors.findOne({ _id });
  if (found === null) throw new Error('the visitor is gone');
  return found;
};

const isWrite = (key: string | symbol) => /^(?:update|delete|insert)/.test(String(key));

/** The collections as a process uses them that dies after so many writes. */
function dyingAfter(writes: number): VisitCollections {
  let left = writes;
  const dying = <T extends object>(collection: T): T =>
    new Proxy(collection, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          if (isWrite(key)) left -= 1;
          if (left < 0) throw new Error('the process has died');
          return value.apply(target, given);
        };
      },
    });
  const { visitors, visits, pages } = collections();
  return { visitors: dying(visitors), visits: dying(visits), pages };
}

/** Expects that the visitor has become the other one, and everything has arrived there once. */
async function expectMerged(from: VisitorDocument, into: VisitorDocument): Promise<void> {
  const merged = await stored(into);
  expect(merged).toMatchObject({ visits: 2, pageViews: 5, visit: { pageViews: 3 } });
  expect(merged.tokens).toEqual([...(into.tokens ?? []), ...(from.tokens ?? [])]);
  const past = await collections().visits.find({ recordId: into._id }).toArray();
  expect(past.map(({ pageViews }) => pageViews)).toEqual([2]);
  const left = await stored(from);
  expect(left).toMatchObject({ isMerged: true, mergedInto: into._id });
  expect(left).not.toHaveProperty('handover');
  expect(left).not.toHaveProperty('tokens');
  expect(bannedAs.get(from._id)).toBe(into._id);
}

/** Expects that all visitors have become the first one, and everything has arrived there once. */
async function expectAllMerged(...[last, ...others]: [VisitorDocument, ...VisitorDocument[]]): Promise<void> {
  const tokens = [last, ...others].flatMap((each) => each.tokens ?? []);
  expect(await stored(last)).toMatchObject({ visits: 3, pageViews: 6, tokens });
  expect(await collections().visits.countDocuments({ recordId: last._id })).toBe(2);
  expect(await stored(others.at(-1) ?? last)).toMatchObject({ isMerged: true, mergedInto: last._id });
}

const merge = (from: VisitorDocument, into: VisitorDocument) =>
  createVisitMerger(parts()).merge(from._id, into._id);

describe('a visitor who turned out to be another one', () => {
  it('adds everything that is known of them, however many find out at once', async () => {
    const [into, from] = [await storeVisitor(2), await storeVisitor(3)];
    await Promise.all([1, 2, 3].map(() => mergeRecords(parts(), from, into)));
    await mergeRecords(parts(), from, into);
    await expectMerged(from, into);
  });

  it.each([1, 2, 3, 4])('is merged whole and once though the process dies after write %d', async (writes) => {
    const [into, from] = [await storeVisitor(2), await storeVisitor(3)];
    await expect(mergeRecords(parts(dyingAfter(writes)), from, into)).rejects.toThrow('has died');
    await finishAll();
    await expectMerged(from, into);
  });

  it('leaves a token to whoever it was given in the meantime', async () => {
    const [into, from] = [await storeVisitor(2), await storeVisitor(3)];
    await expect(mergeRecords(parts(dyingAfter(1)), from, into)).rejects.toThrow('has died');
    const other = await storeVisitor(1);
    await collections().visitors.updateOne({ _id: other._id }, { $set: { tokens: from.tokens ?? [] } });
    await finishAll();
    expect(await stored(into)).toMatchObject({ tokens: into.tokens, pageViews: 5 });
    expect(await stored(other)).toMatchObject({ tokens: from.tokens });
  });

  it('goes with the other one where that is deleted meanwhile', async () => {
    const [into, from] = [await storeVisitor(2), await storeVisitor(3)];
    await expect(mergeRecords(parts(dyingAfter(1)), from, into)).rejects.toThrow('has died');
    const { visitors, visits } = collections();
    await visitors.deleteOne({ _id: into._id });
    if (from.visit === undefined) throw new Error('there is no visit');
    await visits.insertOne({ ...from.visit, recordId: from._id, expireAt: new Date() });
    await finishAll();
    expect(await visitors.countDocuments({ _id: from._id })).toBe(0);
    expect(await visits.countDocuments({ _id: from.visit._id })).toBe(0);
  });

  it('becomes whom the other one became', async () => {
    const [last, into, from] = [await storeVisitor(1), await storeVisitor(2), await storeVisitor(3)];
    await merge(into, last);
    await merge(from, into);
    await expectAllMerged(last, into, from);
  });

  it('becomes whom the other one becomes while that is in progress', async () => {
    const [last, into, from] = [await storeVisitor(1), await storeVisitor(2), await storeVisitor(3)];
    await expect(mergeRecords(parts(dyingAfter(1)), from, into)).rejects.toThrow('has died');
    await merge(into, last);
    await finishAll();
    await expectAllMerged(last, into, from);
  });

  it('does not become one who became them', async () => {
    const [into, from] = [await storeVisitor(2), await storeVisitor(3)];
    await merge(from, into);
    await merge(into, from);
    await expectMerged(from, into);
  });

  it('stays who they are where they were registered meanwhile', async () => {
    const [into, from] = [await storeVisitor(2), await storeVisitor(3)];
    await collections().visitors.updateOne({ _id: from._id }, { $set: { visitorId: unique('visitor') } });
    await mergeRecords(parts(), from, into);
    expect(await stored(from)).toMatchObject({ isMerged: false, tokens: from.tokens });
    expect(await stored(into)).toMatchObject({ pageViews: 2 });
  });
});
