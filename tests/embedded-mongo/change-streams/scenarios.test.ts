// Change streams as a MongoDB answered them, replayed through the driver.
import { readFileSync } from 'node:fs';
import { type Document, EJSON, Long } from 'bson';
import { type Db, MongoServerError } from 'mongodb';
import { startTestDatabase, type TestDatabase } from '../test-database.ts';

interface Scenario {
  readonly name: string;
  /** What is done before the stream is opened. */
  readonly before: Document[];
  /** `c`, `coll` (the collection of that field), `db`, `all`, `admin` or `local`. */
  readonly on: string;
  readonly coll?: string;
  readonly options: Document;
  readonly pipeline: Document[];
  /** The whole pipeline, where `$changeStream` is not its first stage. */
  readonly stages?: Document[];
  readonly commands: Document[];
  /** Whether the last document is left out, which the recorder knew the end by. */
  readonly noEnd?: boolean;
  /** How many events of a plain stream are read first; `options` name their tokens and times. */
  readonly first?: unknown;
  readonly anyCode?: boolean;
  readonly answer: Document;
}

const scenarios = EJSON.parse(
  readFileSync(new URL('../vectors/change-streams.json', import.meta.url), 'utf8'),
  { relaxed: false },
) as Scenario[];

const typed = { promoteValues: false, promoteBuffers: false, promoteLongs: false, bsonRegExp: true } as const;

let database: TestDatabase;
let databases = 0;

beforeAll(async () => {
  database = await startTestDatabase();
});

afterAll(() => database.stop());

/** A stream that is read batch by batch. */
class Reader {
  readonly events: Document[] = [];
  readonly #db: Db;
  #cursor: Document = {};

  constructor(db: Db) {
    this.#db = db;
  }

  async open(aggregate: unknown, pipeline: readonly Document[]): Promise<this> {
    this.#take(await this.#db.command({ aggregate, pipeline: [...pipeline], cursor: {} }, typed));
    return this;
  }

  /** Reads until there are so many events, or the stream has ended; then whether there are more. */
  async read(count: number): Promise<void> {
    while (this.events.length < count && !this.isClosed) await this.#more(10_000);
    if (!this.isClosed) await this.#more(1);
  }

  get isClosed(): boolean {
    return (this.#cursor.id as Long).isZero();
  }

  get hasToken(): boolean {
    return this.#cursor.postBatchResumeToken !== undefined;
  }

  async #more(maxTimeMS: number): Promise<void> {
    const { id, ns } = this.#cursor as { id: Long; ns: string };
    const collection = ns.slice(ns.indexOf('.') + 1);
    this.#take(await this.#db.command({ getMore: id, collection, maxTimeMS }, typed));
  }

  #take({ cursor }: Document): void {
    this.#cursor = cursor as Document;
    this.events.push(...((cursor.firstBatch ?? cursor.nextBatch) as Document[]));
  }
}

async function run(db: Db, command: Document): Promise<void> {
  if (command.$rename) {
    const [from, to] = command.$rename as string[];
    const names = { renameCollection: `${db.databaseName}.${from}`, to: `${db.databaseName}.${to}` };
    await db.admin().command(names);
  } else if (command.$retried) {
    const session = db.client.startSession();
    const retried = { ...(command.$retried as Document), lsid: session.id, txnNumber: Long.fromNumber(1) };
    await db.command(retried);
    await db.command(retried);
    await session.endSession();
  } else await db.command(command);
}

async function perform({ commands, noEnd }: Scenario, db: Db): Promise<void> {
  for (const command of commands) await run(db, command);
  if (!noEnd) await db.command({ insert: 'c', documents: [{ _id: 'end' }] });
}

function open(scenario: Scenario, db: Db, options: Document, pipeline: readonly Document[]): Promise<Reader> {
  const { on, coll, stages } = scenario;
  const isAll = on === 'all';
  const at = isAll || on === 'admin' || on === 'local' ? db.client.db(isAll ? 'admin' : on) : db;
  const target = on === 'c' ? 'c' : (coll ?? 1);
  const first = { $changeStream: { ...options, ...(isAll ? { allChangesForCluster: true } : {}) } };
  return new Reader(at).open(target, stages ?? [first, ...pipeline]);
}

/** `$token1` and `$time1` replaced by those of event 1 of a stream that was read before. */
function withPlaces(options: Document, seen: readonly Document[]): Document {
  const place = (value: unknown): unknown => {
    const [, kind, index] = /^\$(token|time)(\d+)$/.exec(String(value)) ?? [];
    const event = seen[Number(index)];
    return kind ? event?.[kind === 'token' ? '_id' : 'clusterTime'] : value;
  };
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, place(value)]));
}

/** An event without what the recorder left out, its fields in one order. */
function comparable(event: Document, db: Db): Document {
  const { _id, clusterTime, wallTime, lsid, txnNumber, ...compared } = event;
  const sorted = Object.entries(compared).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = EJSON.stringify(Object.fromEntries(sorted), { relaxed: false });
  return EJSON.parse(text.replaceAll(`"${db.databaseName}"`, '"db"'), { relaxed: false });
}

async function replay(scenario: Scenario, db: Db): Promise<Document> {
  const expected = (scenario.answer.events as Document[] | undefined)?.length ?? 1;
  let options = scenario.options;
  await db.createCollection('c');
  for (const command of scenario.before) await run(db, command);
  if (scenario.first !== undefined) {
    const plain = await open(scenario, db, {}, []);
    await perform({ ...scenario, noEnd: true }, db);
    await plain.read(Number(scenario.first));
    options = withPlaces(options, plain.events);
  }
  try {
    const reader = await open(scenario, db, options, scenario.pipeline);
    if (scenario.first === undefined) await perform(scenario, db);
    else if (!scenario.noEnd) await db.command({ insert: 'c', documents: [{ _id: 'end' }] });
    try {
      await reader.read(expected);
      const events = reader.events.map((event) => comparable(event, db));
      return { events, token: reader.hasToken, closed: reader.isClosed };
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
      return {
        failed: true,
        code: Number(error.code),
        codeName: error.codeName,
        labels: [...error.errorLabels],
      };
    }
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    return { refused: true, code: Number(error.code), codeName: error.codeName };
  }
}

/** What was recorded, in the same form. 7.0 refuses some of it with another code. */
function recorded({ answer, anyCode }: Scenario, db: Db): Document {
  const { events, code, codeName, ...rest } = answer;
  return {
    ...rest,
    ...(events ? { events: (events as Document[]).map((event) => comparable(event, db)) } : {}),
    ...(code === undefined || anyCode ? {} : { code: Number(code), codeName }),
  };
}

it('replays every recorded scenario', () => {
  expect(scenarios).toHaveLength(78);
});

it.each(scenarios)('$name', async (scenario) => {
  databases += 1;
  const db = database.client.db(`streams${databases}`);
  const given = await replay(scenario, db);
  const expected = recorded(scenario, db);
  expect(scenario.anyCode ? { refused: given.refused } : given).toEqual(expected);
});
