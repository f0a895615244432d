import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { randomIds } from '../src/domain/ids.ts';
import { collect } from '../src/domain/paging.ts';
import type { VisitorPageRequest } from '../src/domain/visitors/visitor-search.ts';
import { startEmbeddedMongo } from '../src/embedded-mongo/start.ts';
import { createLogger } from '../src/observability/logger.ts';
import { indexes } from '../src/storage/indexes.ts';
import { ensureIndex } from '../src/storage/mongodb/ensure-indexes.ts';
import { searchTiming } from '../src/storage/visitor-search/search-timing.ts';
import {
  createVisitorSearch,
  type RunningVisitorSearch,
} from '../src/storage/visitor-search/visitor-search.ts';
import { type QueryCost, queryCost } from './query-cost.ts';

const sizes = [10_000, 100_000] as const;
const rounds = 300;
const warmUpRounds = 100;
/** Background work would be counted towards the searches. */
const neverMs = 24 * 60 * 60_000;
const page: VisitorPageRequest = {
  count: 50,
  offset: 0,
  sort: { field: 'ts', direction: -1 },
  signal: new AbortController().signal,
};

/** Searches, and reads everything that is found. @returns how many visitors match in all. */
async function searchWhole(search: RunningVisitorSearch, term: string): Promise<number> {
  const { items, total } = await search.search(term, page);
  await collect(items);
  return total;
}

const syllables = [
  'ka',
  'lo',
  'mi',
  'ne',
  'ru',
  'sa',
  'te',
  'vo',
  'wi',
  'zu',
  'an',
  'el',
  'or',
  'is',
  'ub',
  'ey',
];
/** A name made from a number, so that every visitor has a different one. */
const spell = (n: number): string => [0, 4, 8, 12, 16].map((shift) => syllables[(n >> shift) & 15]).join('');

const visitor = (n: number) => {
  const at = new Date(Date.UTC(2020, 0, 1) + n * 120_000);
  return {
    _id: randomIds.hexId(),
    token: randomIds.hexId(),
    username: `guest-${n}`,
    name: `${spell(n)} ${spell(n * 7_919)}`,
    visitorEmails: [{ address: `${spell(n)}${n}@example.org` }],
    phone: [{ phoneNumber: `+49 30 ${n}` }],
    ts: at,
    _updatedAt: at,
  };
};

/** The visitor to search for, in the middle of the others. */
const terms = (n: number): Readonly<Record<string, string>> => ({
  'e-mail': `${spell(n)}${n}@example.org`,
  phone: `+49 30 ${n}`,
  'name part': spell(n).slice(1).toUpperCase(),
});

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly total: number;
  readonly cost: QueryCost;
}

/** Searches by e-mail, phone and a part of the name, among few visitors and among many, and prints the cost. */
export async function runSearchBench(): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'foyer-bench-'));
  const database = process.env.MONGO_URL
    ? undefined
    : await startEmbeddedMongo({ dataDir, notablescan: true });
  try {
    const results = [];
    for (const size of sizes)
      results.push(await measureSize(database?.url ?? process.env.MONGO_URL ?? '', size));
    report(results);
  } finally {
    await database?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureSize(url: string, size: number): Promise<Map<string, Measured>> {
  const client = await new MongoClient(url, { monitorCommands: true }).connect();
  const db = client.db(`foyer_bench_search_${size}`);
  const logger = createLogger('error');
  for (const index of indexes) await ensureIndex(db, index, logger);
  await fill(db, size);
  const country = () => '';
  const time = searchTiming(() => new Date());
  const building = await createVisitorSearch(db, { logger, country, time });
  void building.start();
  await untilIndexed(building, size);
  await building.stop();
  const quiet = { ...time, pollMs: neverMs, sweepPauseMs: neverMs };
  const search = await createVisitorSearch(db, { logger, country, time: quiet });
  void search.start();
  try {
    const measured = new Map<string, Measured>();
    for (const [name, term] of Object.entries(terms(size / 2))) {
      const timed = await timeSearch(search, term);
      measured.set(name, { ...timed, cost: await queryCost(client, db, () => searchWhole(search, term)) });
    }
    return measured;
  } finally {
    await search.stop();
    await db.dropDatabase();
    await client.close();
  }
}

async function fill(db: Db, size: number): Promise<void> {
  const started = performance.now();
  const batch = 5_000;
  for (let from = 0; from < size; from += batch) {
    const visitors = Array.from({ length: batch }, (_, index) => visitor(from + index));
    await db.collection<{ _id: string }>('rocketchat_livechat_visitor').insertMany(visitors);
  }
  console.log(`  ${size} visitors stored in ${seconds(started)} s`);
}

async function untilIndexed(search: RunningVisitorSearch, size: number): Promise<void> {
  const started = performance.now();
  while (!(await search.search('no such visitor', page)).isComplete)
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  console.log(`  keys of ${size} visitors built in ${seconds(started)} s`);
}

const seconds = (started: number): string => ((performance.now() - started) / 1_000).toFixed(1);

async function timeSearch(search: RunningVisitorSearch, term: string): Promise<Omit<Measured, 'cost'>> {
  const times: number[] = [];
  let total = 0;
  for (let round = 0; round < warmUpRounds; round += 1) await searchWhole(search, term);
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    total = await searchWhole(search, term);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(rounds * part)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), total };
}

function report(results: readonly Map<string, Measured>[]): void {
  console.log('visitors.search: milliseconds, and what the database examines for one search');
  const [few, many] = results;
  for (const [name, small] of few ?? []) {
    const large = many?.get(name);
    if (!large) continue;
    for (const [index, { p50, p99, total, cost }] of [small, large].entries()) {
      const costs = `${cost.queries} queries, ${cost.keysExamined} keys, ${cost.documentsExamined} documents`;
      console.log(
        `  ${name.padEnd(10)} ${String(sizes[index]).padStart(7)} visitors: p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, ${total} found, ${costs}`,
      );
    }
    const factor = large.p50 / small.p50;
    console.log(
      `  ${name.padEnd(10)} factor ${factor.toFixed(2)} (at most 2: ${factor <= 2 ? 'yes' : 'NO'})`,
    );
  }
}
