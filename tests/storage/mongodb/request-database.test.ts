import { type Document, MongoClient } from 'mongodb';
import { databaseFaultOf } from '../../../src/storage/mongodb/client.ts';
import { requestDatabase } from '../../../src/storage/mongodb/request-database.ts';
import { freshDatabaseUrl } from '../../support/service.ts';

describe('A database for what requests ask for', () => {
  let client: MongoClient;
  let commands: Document[];
  beforeAll(async () => {
    client = await new MongoClient(freshDatabaseUrl(), { monitorCommands: true }).connect();
    client.on('commandStarted', ({ command }) => commands.push(command));
  });
  beforeEach(() => {
    commands = [];
  });
  afterAll(() => client?.close());

  const all = { _id: { $gte: '' } } as Document;

  it('has the server end every query after half a minute, however it is asked', async () => {
    const things = requestDatabase(client.db()).collection<{ _id: string }>('things');
    await things.find(all).toArray();
    await things.findOne({ _id: 'a' });
    await things.countDocuments(all);
    await things.aggregate([{ $match: all }]).toArray();
    expect(commands).toHaveLength(4);
    for (const { maxTimeMS } of commands) expect(maxTimeMS).toBe(30_000);
  });

  it('writes as ever', async () => {
    const things = requestDatabase(client.db()).collection<{ _id: string; n?: number }>('things');
    await things.insertOne({ _id: 'a' });
    expect(await things.findOneAndUpdate({ _id: 'a' }, { $set: { n: 1 } })).toEqual({ _id: 'a' });
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 1 });
    await things.deleteMany(all);
  });

  it('counts a query that took too long as an outage, not as a fault', async () => {
    const things = requestDatabase(client.db()).collection<{ _id: string; n: number }>('things');
    await things.insertMany(Array.from({ length: 5_000 }, (_, n) => ({ _id: String(n), n })));
    const slow = things.aggregate(
      [
        { $match: all },
        {
          $set: {
            n: {
              $reduce: {
                input: { $range: [0, 2_000] },
                initialValue: 0,
                in: { $add: ['$$value', '$$this'] },
              },
            },
          },
        },
      ],
      { maxTimeMS: 1 },
    );
    const error = await slow.toArray().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 50 });
    expect(databaseFaultOf(error)).toBe('unavailable');
    await things.deleteMany(all);
  });
});
