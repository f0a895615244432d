import { MongoClient } from 'mongodb';
import { distinctValues } from '../../../src/storage/mongodb/distinct-values.ts';
import { freshDatabaseUrl } from '../../support/service.ts';

describe('the different values of a field', () => {
  it('are those of the documents that pass the filter, by a command that sees no leftovers of a shard', async () => {
    const client = await new MongoClient(freshDatabaseUrl(), { monitorCommands: true }).connect();
    const things = client.db().collection<{ _id: string; of?: string }>('things');
    await things.insertMany([
      { _id: 'a', of: 'x' },
      { _id: 'b', of: 'x' },
      { _id: 'c' },
      { _id: 'd', of: 'y' },
    ]);
    const commands: string[] = [];
    client.on('commandStarted', ({ commandName }) => commands.push(commandName));
    const found = await distinctValues(things, 'of', { _id: { $in: ['a', 'b', 'c'] } });
    expect(found.sort()).toEqual([null, 'x']);
    expect(commands).toEqual(['aggregate']);
    await client.db().dropDatabase();
    await client.close();
  });
});
