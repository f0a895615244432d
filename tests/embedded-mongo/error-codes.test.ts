// The code that each malformed command is refused with: those of MongoDB 7.0's sources and tests.
import { readFileSync } from 'node:fs';
import type { Document } from 'mongodb';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

interface Case {
  readonly code: number;
  readonly command: Document;
  /** The database that it is sent to, if not the one with the documents. */
  readonly db?: string;
}

interface Item extends Document {
  readonly _id: number;
}

const groups = JSON.parse(
  readFileSync(new URL('./vectors/error-codes.json', import.meta.url), 'utf8'),
) as Record<string, Case[]>;

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  const items = database.client.db('d').collection<Item>('c');
  await items.insertMany([
    { _id: 1, a: 1, b: [1, 2, 3], s: 'x', n: null, o: { x: 1 } },
    { _id: 2, a: 2, b: [{ k: 1 }, { k: 2 }] },
  ]);
  await items.createIndex({ a: 1 });
});
afterAll(() => database.stop());

/** The code that a command, or its only statement, is refused with. */
async function refusalOf({ command, db = 'd' }: Case): Promise<unknown> {
  const answer: Document = await database.client
    .db(db)
    .command(command)
    .catch((error: unknown) => error as Document);
  return answer.writeErrors?.[0]?.code ?? answer.code;
}

describe.each(Object.entries(groups))('%s', (_, cases) => {
  it.each(cases)('$code: $command', async (each) => {
    expect(await refusalOf(each)).toBe(each.code);
  });
});
