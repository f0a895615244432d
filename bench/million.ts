import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Db, MongoClient } from 'mongodb';
import { indexes } from '../src/storage/indexes.ts';
import { Innocents } from './innocents.ts';
import { logIn } from './log-in.ts';
import { emailOf } from './million/documents.ts';
import { listRequests, type Requests, searchRequests } from './million/requests.ts';
import { type Amounts, amountsOf, storeEverything } from './million/store.ts';
import { Processes, processorSeconds, residentBytes } from './processes.ts';

const goalMs = 300;
const rounds = 7;
/** A request that takes longer is not repeated. */
const slowMs = 2_000;
const million = 1_000_000;

interface Options {
  readonly amounts: Amounts;
  readonly dataDir: string;
  readonly isKept: boolean;
}

/** A running service and the database that it uses. */
interface Scene {
  readonly port: number;
  readonly db: Db;
  readonly amounts: Amounts;
  /** The headers of an administrator, who has no rate limit. */
  readonly admin: Readonly<Record<string, string>>;
}

/**
 * Starts the service on a database of a million visitors, and prints how soon it is ready, how fast visitors are read to
 * be searched, what each page that people open takes and, for comparison on any machine, what a `find` by an index takes.
 *
 * `--visitors=100000` and `--rooms=0` change the amounts; `--data=<directory>` keeps the data for the next time. Uses
 * the database at MONGO_URL, or the embedded one.
 */
export async function runMillionBench(): Promise<void> {
  const { amounts, dataDir, isKept } = readOptions();
  const processes = new Processes();
  try {
    const name = `foyer_million_${amounts.visitors}_${amounts.rooms}`;
    const url = await processes.startDatabase({ name, dataDir });
    const client = await MongoClient.connect(url);
    try {
      const db = client.db();
      await storeEverything(db, amounts);
      const megabytes = await megabytesOf(db);
      const started = performance.now();
      const port = await processes.startService(url, { HTTP_FORWARDED_COUNT: '1' });
      console.log(`  ready after ${secondsSince(started)} s`);
      const scene = { port, db, amounts, admin: await logIn(port) };
      await watchFilling(scene);
      await untilIndexed(db, started);
      console.log(`  data: ${megabytes} MB before the first start, ${await megabytesOf(db)} MB with indexes`);
      await measureAll(scene);
    } finally {
      await client.close();
    }
  } finally {
    await processes.stop();
    if (!isKept) rmSync(dataDir, { recursive: true, force: true });
  }
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      visitors: { type: 'string', default: String(million) },
      rooms: { type: 'string', default: String(million) },
      data: { type: 'string' },
    },
    allowPositionals: true,
  });
  return {
    amounts: amountsOf(Number(values.visitors), Number(values.rooms)),
    dataDir: values.data ?? mkdtempSync(path.join(os.tmpdir(), 'foyer-million-')),
    isKept: values.data !== undefined,
  };
}

const secondsSince = (started: number): string => ((performance.now() - started) / 1000).toFixed(1);

/** What the database takes by its own account. */
async function megabytesOf(db: Db): Promise<number> {
  const { dataSize = 0, indexSize = 0 } = await db.stats();
  return Math.round((dataSize + indexSize) / 1024 / 1024);
}

interface Answer {
  readonly ms: number;
  readonly status: number;
  readonly total: unknown;
  /** What the header says about the search; null if it is complete. */
  readonly search: string | null;
}

async function get({ port, admin }: Scene, what: string): Promise<Answer> {
  const started = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${what}`, { headers: admin });
  const text = await answer.text();
  const ms = performance.now() - started;
  const { total } = JSON.parse(text) as { total?: unknown };
  return { ms, status: answer.status, total, search: answer.headers.get('X-Foyer-Search') };
}

/** Searches for an exact e-mail address until the search says that it has read all visitors. */
async function watchFilling(scene: Scene): Promise<void> {
  const started = performance.now();
  const usedBefore = await processorSeconds(scene.port);
  const email = `livechat/visitors.search?term=${emailOf(7)}`;
  let slowest = 0;
  for (;;) {
    const answer = await get(scene, email);
    slowest = Math.max(slowest, answer.ms);
    if (answer.status === 200 && answer.search === null) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const seconds = (performance.now() - started) / 1000;
  const perSecond = Math.round(scene.amounts.visitors / seconds);
  const used = (await processorSeconds(scene.port)) - usedBefore;
  const usedEach = ((used / scene.amounts.visitors) * 1_000_000).toFixed(0);
  const megabytes = Math.round((await residentBytes(scene.port)) / 1024 / 1024);
  console.log(`  all visitors can be searched after ${seconds.toFixed(1)} s, ${perSecond} a second,`);
  console.log(
    `  for each of whom the service used ${usedEach} µs of the processor; it has ${megabytes} MB then;`,
  );
  console.log(`  the search for an e-mail address took ${slowest.toFixed(0)} ms at most meanwhile`);
}

/** Waits for the indexes that are built in the background. */
export async function untilIndexed(db: Db, started: number): Promise<void> {
  for (const { collection, name } of indexes) {
    const stands = async () =>
      (await db.collection(collection).indexes()).some((each) => each.name?.startsWith(name));
    while (!(await stands())) await new Promise((resolve) => setTimeout(resolve, 500));
  }
  console.log(`  all indexes after ${secondsSince(started)} s`);
}

/** Searches for a part of a name and of a custom field until the search says that it has read all rooms. */
async function watchRooms(scene: Scene): Promise<void> {
  const started = performance.now();
  const usedBefore = await processorSeconds(scene.port);
  const texts = new URLSearchParams({ roomName: 'nobody', customFields: '{"order":"nobody"}' });
  while ((await get(scene, `livechat/rooms?${texts}`)).search !== null)
    await new Promise((resolve) => setTimeout(resolve, 500));
  const used = (await processorSeconds(scene.port)) - usedBefore;
  const usedEach = ((used / scene.amounts.rooms) * 1_000_000).toFixed(0);
  console.log(`  all rooms are in memory ${secondsSince(started)} s after the first search for one,`);
  console.log(`  for each of which the service used ${usedEach} µs of the processor`);
}

async function measureAll(scene: Scene): Promise<void> {
  const { amounts, port, db } = scene;
  const innocents = new Innocents(port);
  const bareMs = await timeBareFind(db, amounts.visitors);
  console.log(`  a bare find by an index: ${bareMs.toFixed(2)} ms (the ratios below)`);
  await innocents.seen();
  await measure('searches', scene, searchRequests(amounts.visitors), bareMs);
  await printSeen(innocents, scene);
  await watchRooms(scene);
  await printSeen(innocents, scene);
  await measure('lists', scene, listRequests(amounts.rooms), bareMs);
  await printSeen(innocents, scene);
  await innocents.stop();
}

/** Prints how long page views took beside what was measured last, and what the service holds now. */
async function printSeen(innocents: Innocents, { port }: Scene): Promise<void> {
  const { views, p99Ms, refused } = await innocents.seen();
  const megabytes = Math.round((await residentBytes(port)) / 1024 / 1024);
  console.log(`  page views meanwhile: p99 ${p99Ms.toFixed(0)} ms of ${views}, ${refused} refused;`);
  console.log(`  resident memory of the service: ${megabytes} MB`);
}

async function timeBareFind(db: Db, visitors: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    const started = performance.now();
    const address = emailOf((round * 7_919) % visitors);
    await db.collection('rocketchat_livechat_visitor').findOne({ 'visitorEmails.address': address });
    times.push(performance.now() - started);
  }
  return middle(times);
}

const middle = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

/** Prints a line for each request: what it takes in the middle and at most, and whether that is within the goal. */
async function measure(title: string, scene: Scene, requests: Requests, bareMs: number): Promise<void> {
  console.log(
    `\n${title}, of ${rounds}: middle, slowest, ratio to the bare find, found, at most ${goalMs} ms`,
  );
  for (const [name, what] of Object.entries(requests)) {
    const answers: Answer[] = [];
    do answers.push(await get(scene, what));
    while (answers.length < rounds && (answers.at(-1)?.ms ?? 0) < slowMs);
    const times = answers.map(({ ms }) => ms);
    const ms = middle(times);
    const { status, total } = answers[0] as Answer;
    const figures = `${ms.toFixed(1).padStart(8)} ${Math.max(...times)
      .toFixed(1)
      .padStart(8)} ${(ms / bareMs).toFixed(0).padStart(6)}`;
    const verdict = status === 200 && ms <= goalMs ? 'yes' : `NO${status === 200 ? '' : ` (${status})`}`;
    console.log(`  ${name.padEnd(46)} ${figures}  ${String(total ?? '').padStart(8)}  ${verdict}`);
  }
}
