import { setTimeout as delay } from 'node:timers/promises';
import { type Db, MongoClient } from 'mongodb';
import type { BackfillState } from '../../src/storage/visits/backfill-state.ts';
import { Innocents } from '../innocents.ts';
import { logIn } from '../log-in.ts';
import { untilIndexed } from '../million.ts';
import { emailOf } from '../million/documents.ts';
import { storeEverything } from '../million/store.ts';
import { Processes } from '../processes.ts';
import { differenceOf, processorMicros } from './processor-time.ts';

/** A running service, and the database of which it has been given so many visitors. */
export interface Scene {
  readonly visitors: number;
  readonly port: number;
  readonly db: Db;
  /** The headers of an administrator, who has no rate limit. */
  readonly admin: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** One address registers everyone, and those who look at pages have addresses of their own. */
const serviceEnv = {
  HTTP_FORWARDED_COUNT: '1',
  OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitors_Per_Address: '1000000',
};

/**
 * Starts the service for the first time on a database with visitors of a Rocket.Chat, which has no index and no public
 * id of Foyer's, prints what that takes, and waits until nothing is left to do in the background.
 */
export async function setScene(visitors: number): Promise<Scene> {
  const processes = new Processes();
  try {
    const url = await processes.startDatabase({ name: `foyer_growth_${visitors}` });
    const client = await MongoClient.connect(url);
    const db = client.db();
    console.log(`\namong ${visitors} visitors`);
    await storeEverything(db, { visitors, rooms: 0, messages: 0, inquiries: 0 });
    const started = performance.now();
    const port = await processes.startService(url, serviceEnv);
    const { service } = await processorMicros({ port, db });
    const seconds = (service / 1e6).toFixed(1);
    console.log(
      `  ready after ${secondsSince(started)} s, in which the service used the processor for ${seconds} s`,
    );
    const scene = { visitors, port, db, admin: await logIn(port) };
    await watchFirstStart(scene, started);
    return {
      ...scene,
      async stop() {
        await client.close();
        await processes.stop();
      },
    };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

const secondsSince = (started: number): string => ((performance.now() - started) / 1000).toFixed(1);

type StartedScene = Omit<Scene, 'stop'>;

interface Watched extends StartedScene {
  readonly started: number;
  readonly innocents: Innocents;
}

async function watchFirstStart(scene: StartedScene, started: number): Promise<void> {
  const watched = { ...scene, started, innocents: new Innocents(scene.port) };
  await watch('searches are complete', watched, async () => (await search(scene)).isComplete);
  await untilIndexed(scene.db, started);
  await watch('everyone has public ids', watched, () => hasGivenIds(scene.db));
  await watched.innocents.stop();
}

const pollMs = 500;

/**
 * Searches for an e-mail address until something has been done, and prints how long that took, what it used of the
 * processors for each visitor, and how long searches and page views took beside it.
 */
async function watch(what: string, scene: Watched, isDone: () => Promise<boolean>): Promise<void> {
  const { visitors, started, innocents } = scene;
  const [began, before] = [performance.now(), await processorMicros(scene)];
  await innocents.seen();
  let slowestMs = 0;
  while (!(await isDone())) {
    slowestMs = Math.max(slowestMs, (await search(scene)).ms);
    await delay(pollMs);
  }
  const seconds = (performance.now() - began) / 1000;
  const used = differenceOf(await processorMicros(scene), before);
  const each = (micros: number) => (micros / visitors).toFixed(0);
  const { p99Ms, refused, views } = await innocents.seen();
  console.log(
    `  ${what} after ${secondsSince(started)} s: ${(visitors / seconds).toFixed(0)} visitors a second,`,
  );
  console.log(
    `    for each ${each(used.service)} µs of the service, ${each(used.database)} of the database;`,
  );
  console.log(
    `    searches beside it at most ${slowestMs.toFixed(0)} ms, ${views} page views p99 ${p99Ms.toFixed(0)} ms, ${refused} refused`,
  );
}

async function search({ port, admin, visitors }: StartedScene) {
  const began = performance.now();
  const term = emailOf(Math.floor(Math.random() * visitors));
  const url = `http://127.0.0.1:${port}/api/v1/livechat/visitors.search?${new URLSearchParams({ term })}`;
  const answer = await fetch(url, { headers: admin });
  await answer.text();
  const isComplete = answer.status === 200 && !answer.headers.has('X-Foyer-Search');
  return { ms: performance.now() - began, isComplete };
}

async function hasGivenIds(db: Db): Promise<boolean> {
  const state = await db.collection<BackfillState>('foyer_backfill').findOne({ _id: 'visitors' });
  return state?.isDone === true;
}
