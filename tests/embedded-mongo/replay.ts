// Replays recorded operations through the official driver and compares the answers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Document, EJSON, type Long } from 'bson';
import { type Db, MongoClient, MongoServerError } from 'mongodb';

type Starter = typeof import('../../src/embedded-mongo/start.ts');

/** What a command answered, as far as it is compared. */
export type Answer = Document;

export interface Vector {
  readonly name: string;
  readonly documents: string | Document[];
  readonly also?: Record<string, Document[]>;
  readonly indexes: Document[];
  readonly commands: Document[];
  readonly answers: Answer[];
  readonly after?: Document[];
}

export interface VectorFile {
  readonly sets: Record<string, Document[]>;
  readonly vectors: Vector[];
}

const folder = new URL('./vectors/', import.meta.url);

/** Reads a file of recorded operations, every value with its BSON type. */
export function readVectors(name: string): VectorFile {
  return EJSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'), { relaxed: false }) as VectorFile;
}

/** A database of its own that goes away with the tests. */
export interface TestServer {
  readonly client: MongoClient;
  stop(): Promise<void>;
}

/** Starts the compiled embedded database on an empty directory, collection scans allowed. */
export async function startTestServer(): Promise<TestServer> {
  const { startEmbeddedMongo }: Starter = await import(
    new URL('../../dist/embedded-mongo/start.js', import.meta.url).href
  );
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'foyer-vectors-'));
  const server = await startEmbeddedMongo({ dataDir });
  const client = await MongoClient.connect(server.url);
  return {
    client,
    async stop() {
      await client.close();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const typed = {
  promoteValues: false,
  promoteBuffers: false,
  promoteLongs: false,
  bsonRegExp: true,
} as const;

const numberOf = (value: unknown): number => Number(value);

/** The parts of an answer that a recorded one may hold. */
function comparable(answer: Document): Answer {
  const cursor = answer.cursor as { firstBatch?: Document[]; nextBatch?: Document[]; id: Long } | undefined;
  if (cursor !== undefined) {
    return { batch: cursor.firstBatch ?? cursor.nextBatch ?? [], open: numberOf(cursor.id) !== 0 };
  }
  const { n, nModified, upserted, values, value, lastErrorObject } = answer;
  const writeErrors = (answer.writeErrors as Document[] | undefined)?.map(({ index, code }) => ({
    index: numberOf(index),
    code: numberOf(code),
  }));
  return {
    ...(n === undefined ? {} : { n: numberOf(n) }),
    ...(nModified === undefined ? {} : { nModified: numberOf(nModified) }),
    ...(upserted === undefined ? {} : { upserted }),
    ...(writeErrors === undefined ? {} : { writeErrors }),
    ...(values === undefined ? {} : { values }),
    ...(value === undefined ? {} : { value }),
    ...(lastErrorObject === undefined ? {} : { lastErrorObject }),
  };
}

const isPlain = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const text = (value: unknown): string => EJSON.stringify(value, { relaxed: false });

/** Top-level fields in one order: theirs says nothing (MongoDB adds new ones in lexicographic order). */
function unordered(value: unknown): unknown {
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One text for answers that count as the same. Only what `recorded` holds is compared. */
function normalized(answer: Answer, recorded: Answer): string {
  const parts = Object.keys(recorded).map((key): [string, unknown] => {
    const value: unknown = answer[key];
    if (key === 'code' || key === 'n' || key === 'nModified') return [key, numberOf(value)];
    if (key === 'batch') return [key, (value as Document[] | undefined)?.map(unordered)];
    if (key === 'values') return [key, (value as unknown[] | undefined)?.map(text).sort()];
    if (key === 'value') return [key, unordered(value)];
    if (key === 'lastErrorObject') return [key, lastError(value as Document | undefined)];
    if (key === 'upserted') return [key, (value as Document[] | undefined)?.map((item) => text(item._id))];
    if (key === 'writeErrors') {
      const errors = value as Document[] | undefined;
      return [key, errors?.map((error) => [numberOf(error.index), numberOf(error.code)])];
    }
    return [key, value];
  });
  return text(Object.fromEntries(parts));
}

function lastError(value: Document | undefined): unknown {
  return value && { ...value, n: numberOf(value.n) };
}

async function send(db: Db, command: Document): Promise<{ answer: Answer; cursorId: unknown }> {
  try {
    const answer = await db.command(command, typed);
    return { answer: comparable(answer), cursorId: (answer.cursor as Document | undefined)?.id };
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    return { answer: { refused: true, code: numberOf(error.code) }, cursorId: undefined };
  }
}

async function prepare(db: Db, file: VectorFile, vector: Vector, indexes: Document[]): Promise<void> {
  const { documents, also = {} } = vector;
  const own = typeof documents === 'string' ? (file.sets[documents] ?? []) : documents;
  for (const [name, list] of Object.entries({ c: own, ...also })) {
    await db.command({ drop: name }).catch((error: unknown) => {
      if (!(error instanceof MongoServerError && error.code === 26)) throw error;
    });
    if (list.length > 0) await db.command({ insert: name, documents: list });
  }
  if (indexes.length > 0) await db.command({ createIndexes: 'c', indexes });
}

async function contents(db: Db): Promise<Document[]> {
  const command = { find: 'c', sort: { _id: 1 }, batchSize: 10_000 };
  const answer = await db.command(command, typed);
  return (answer.cursor as { firstBatch: Document[] }).firstBatch;
}

/** What a replay gave and what was recorded, as texts that are equal where the answers count as the same. */
export interface Outcome {
  readonly given: readonly string[];
  readonly recorded: readonly string[];
}

/** Replays one vector on collections `c` and `d` of a database, which are emptied first. */
export async function replay(
  db: Db,
  file: VectorFile,
  vector: Vector,
  indexes: Document[] = vector.indexes,
): Promise<Outcome> {
  await prepare(db, file, vector, indexes);
  const given: string[] = [];
  const recorded: string[] = [];
  let last: unknown;
  for (const [i, command] of vector.commands.entries()) {
    const { answer, cursorId } = await send(db, withCursor(command, last));
    last = cursorId ?? last;
    const expected = vector.answers[i] ?? {};
    // A refusal that was not recorded must show, and so must a write that failed.
    const shown = {
      ...expected,
      ...('refused' in answer ? { refused: true, code: answer.code } : {}),
      ...('writeErrors' in answer ? { writeErrors: answer.writeErrors } : {}),
    };
    given.push(normalized(answer, shown));
    recorded.push(normalized(expected, expected));
  }
  if (vector.after !== undefined) {
    given.push(text((await contents(db)).map(unordered)));
    recorded.push(text(vector.after.map(unordered)));
  }
  return { given, recorded };
}

function withCursor(command: Document, last: unknown): Document {
  const entries = Object.entries(command).map(([name, value]): [string, unknown] => {
    if (value === '$last') return [name, last];
    return [
      name,
      Array.isArray(value) ? value.map((item: unknown) => (item === '$last' ? last : item)) : value,
    ];
  });
  return Object.fromEntries(entries);
}
