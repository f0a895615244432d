import { readChangeStream, type StreamedCollection } from '../../../src/storage/mongodb/change-stream.ts';
import { useDatabase } from '../../support/use-database.ts';
import { until } from '../../support/visitor-search.ts';

const database = useDatabase();
const name = 'rocketchat_room';

const stopping = new AbortController();
afterAll(() => stopping.abort());

/** Reads a stream from now on. @returns the ids of the documents that it tells of. */
async function read(collection: Omit<StreamedCollection, 'name' | 'exceptNew'>): Promise<string[]> {
  const told: string[] = [];
  await new Promise<void>((opened) => {
    const reader = {
      collections: [{ name, exceptNew: [], ...collection }],
      opened,
      changed: async ({ id }: { readonly id: string }) => void told.push(id),
      replaced: () => undefined,
      reached: () => undefined,
      isDone: () => false,
    };
    void readChangeStream(database.db, {}, reader, stopping.signal);
  });
  return told;
}

describe('A change stream', () => {
  it('is not sent updates that change immaterial paths only', async () => {
    const rooms = database.db.collection<{ _id: string; lm?: number; tags?: string[] }>(name);
    const store = async (_id: string) => {
      await rooms.insertOne({ _id, tags: ['one', 'two'] });
      return _id;
    };
    const onlyLater = await store('only later');
    const alsoClosed = await store('also closed');
    const withFewerTags = await store('with fewer tags');
    const last = await store('last');
    const [material, all] = await Promise.all([read({ immaterial: /^(?:_updatedAt|lm)$/ }), read({})]);
    await rooms.updateOne({ _id: onlyLater }, { $set: { lm: 1, _updatedAt: new Date() } });
    await rooms.updateOne({ _id: onlyLater }, { $unset: { lm: 1 } });
    await rooms.updateOne({ _id: alsoClosed }, { $set: { lm: 1 }, $unset: { open: 1, tags: 1 } });
    await rooms.updateOne({ _id: withFewerTags }, { $set: { lm: 1 }, $pop: { tags: 1 } });
    await rooms.replaceOne({ _id: last }, { lm: 2 });
    await until(async () => material.includes(last) && all.includes(last));
    expect(material).toEqual([alsoClosed, withFewerTags, last]);
    expect(all).toEqual([onlyLater, onlyLater, alsoClosed, withFewerTags, last]);
  });
});
