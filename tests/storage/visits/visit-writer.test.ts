import { randomIds } from '../../../src/domain/ids.ts';
import { noPlace } from '../../../src/domain/visits/visit.ts';
import type { VisitSign } from '../../../src/domain/visits/visit-sign.ts';
import { mergeRecords } from '../../../src/storage/visits/merge-records.ts';
import { unseenVisitor } from '../../../src/storage/visits/new-visitor.ts';
import { PendingSigns } from '../../../src/storage/visits/pending-signs.ts';
import { writeSigns } from '../../../src/storage/visits/visit-writer.ts';
import { visitCollectionsOf } from '../../../src/storage/visits/visitor-documents.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';

const at = new Date('2026-01-31T10:00:00Z');
const database = useDatabase();
const parts = () => ({
  collections: visitCollectionsOf(database.db),
  ids: randomIds,
  placeOf: () => noPlace,
  retentionMs: () => 30 * 86_400_000,
  quietMs: () => 10 * 60_000,
});

function write(signs: readonly VisitSign[], collections = visitCollectionsOf(database.db)) {
  const pending = new PendingSigns();
  for (const sign of signs) pending.add(sign);
  return writeSigns({ ...parts(), collections }, pending.take(signs.length));
}

const pageOf = (token: string, url = 'https://shop.example/'): VisitSign => ({
  token,
  at,
  page: { _id: randomIds.hexId(), url, title: 'Home', referrer: 'https://search.example/' },
  device: { ip: '192.0.2.7', browser: 'Firefox' },
});

const documentsOf = (tokens: readonly string[]) =>
  visitCollectionsOf(database.db)
    .visitors.find({ tokens: { $in: [...tokens] } })
    .toArray();

describe('signs of a visitor who is merged into another one meanwhile', () => {
  it.each([
    ['during their visit', 60_000],
    ['a day later', 86_400_000],
  ])('bring no visit back where they were seen %s', async (_, ms) => {
    const [token, other] = [unique('token'), unique('token')];
    await write([pageOf(token), pageOf(other)]);
    const [[from], [into]] = [await documentsOf([token]), await documentsOf([other])];
    if (from === undefined || into === undefined) throw new Error('nobody was stored');
    const collections = visitCollectionsOf(database.db);
    const { visitors } = collections;
    const merging = { ...parts(), bans: { setVisitor: async () => undefined } };
    const bulkWrite = async (...given: Parameters<typeof visitors.bulkWrite>) => {
      await mergeRecords(merging, from, into);
      return visitors.bulkWrite(...given);
    };

    await write([{ ...pageOf(token), at: new Date(at.getTime() + ms) }], {
      ...collections,
      visitors: Object.assign(Object.create(visitors), { bulkWrite }),
    });

    const left = await visitors.findOne({ _id: from._id });
    expect(left).toMatchObject({ isMerged: true });
    expect(left).not.toHaveProperty('visit');
    expect(left).not.toHaveProperty('presentUntil');
  });
});

describe('signs of visitors who are not known yet', () => {
  it('are stored as their first visit, with all that they tell', async () => {
    const token = unique('token');
    const first = pageOf(token);
    const later = { ...pageOf(token, 'https://shop.example/hats'), at: new Date(at.getTime() + 2_000) };
    const greeting = { name: 'Hello', outcome: 'shown' } as const;
    const variables = [{ key: 'plan', value: 'gold' }];

    const { addresses } = await write([
      first,
      later,
      { token, at: later.at, title: 'Hats', greeting, customVariables: variables },
    ]);

    const [stored] = await documentsOf([token]);
    expect(stored).toMatchObject({
      visits: 1,
      pageViews: 2,
      greetingsShown: 1,
      customVariables: variables,
      presentUntil: new Date('2026-01-31T10:05:02Z'),
      expireAt: new Date('2026-03-02T11:00:00Z'),
      visit: {
        startedAt: at,
        lastSeenAt: later.at,
        pageViews: 2,
        referrer: 'https://search.example/',
        landingPage: 'https://shop.example/',
        page: { _id: later.page?._id, url: 'https://shop.example/hats', title: 'Hats', openedAt: later.at },
        device: { ip: '192.0.2.7', host: '192.0.2.7', browser: 'Firefox' },
        greeting: { ...greeting, at: later.at },
      },
    });
    expect(stored?.visit?.page).not.toHaveProperty('referrer');
    expect(addresses).toEqual([{ recordId: stored?._id, ip: '192.0.2.7' }]);
  });

  it('add up to one visit if two instances write them at once', async () => {
    const tokens = Array.from({ length: 20 }, () => unique('token'));

    await Promise.all(Array.from({ length: 4 }, () => write(tokens.map((token) => pageOf(token)))));

    const stored = await documentsOf(tokens);
    expect(stored).toHaveLength(20);
    for (const { visits, pageViews, visit } of stored)
      expect([visits, pageViews, visit?.pageViews]).toEqual([1, 4, 4]);
  });

  it('get another number if every number of their moment is taken', async () => {
    const moment = new Date('2026-02-01T10:00:00Z');
    const start = moment.getTime() * 1_000;
    await visitCollectionsOf(database.db).visitors.insertMany(
      Array.from({ length: 999 }, (_, index) => ({
        ...unseenVisitor(randomIds.hexId(), new Date(0), 20),
        number: start + 1 + index,
      })),
    );
    const tokens = [unique('token'), unique('token')];

    await write(tokens.map((token) => ({ ...pageOf(token), at: moment })));

    const numbers = (await documentsOf(tokens)).map(({ number }) => number);
    expect(numbers).toHaveLength(2);
    for (const number of numbers) expect(number).toBeGreaterThan(start + 999);
  });
});
