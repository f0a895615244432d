// Recorded answers of MongoDB-compatible servers, replayed through the driver. What we answer otherwise, and why,
// stands in vectors/deviations.json; everything else must be the same.
import { readFileSync } from 'node:fs';
import { readVectors, replay, startTestServer, type TestServer } from './replay.ts';

interface Deviation {
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

const deviations = JSON.parse(
  readFileSync(new URL('./vectors/deviations.json', import.meta.url), 'utf8'),
) as Deviation[];

const files = [
  'query',
  'query-indexed',
  'query-error',
  'sort',
  'sort-indexed',
  'page',
  'projection',
  'update',
  'upsert',
  'multi',
  'delete',
  'findAndModify',
  'unique',
  'count',
  'aggregate',
  'cursor',
  'command-error',
  'random',
  'wide',
];

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
});

const total = files.reduce((sum, name) => sum + readVectors(name).vectors.length, 0);

it('replays every recorded operation', () => {
  expect(total).toBe(1867);
});

it('lists no deviation for an operation that is not recorded', () => {
  const known = new Set(
    files.flatMap((file) => readVectors(file).vectors.map(({ name }) => `${file}: ${name}`)),
  );
  expect(deviations.filter(({ file, name }) => !known.has(`${file}: ${name}`))).toEqual([]);
});

describe.each(files)('%s', (name) => {
  const file = readVectors(name);

  it.each(file.vectors)('$name', async (vector) => {
    const { given, recorded } = await replay(
      server.client.db(`vectors_${name.replace('-', '_')}`),
      file,
      vector,
    );
    const deviation = deviations.find((item) => item.file === name && item.name === vector.name);
    if (deviation === undefined) expect(given).toEqual(recorded);
    else expect(given).not.toEqual(recorded);
  });
});
