import { parseArgs } from 'node:util';
import { type Collection, MongoClient } from 'mongodb';
import { logIn } from './log-in.ts';
import { untilIndexed } from './million.ts';
import { emailOf } from './million/documents.ts';
import { storeEverything } from './million/store.ts';
import { Processes } from './processes.ts';

const few = 10_000;
const rounds = 300;
const warmUpRounds = 100;
/** If more is refused, it is not because the machine is busy. */
const mostRefused = 20;
/** How much more everything may cost among many visitors than among few. */
const goal = 2;
const manyCalls = { OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitors_Per_Address: '1000000' };

/** What an action takes in the middle, and how often a bare insert fits into that. */
interface Cost {
  readonly ms: number;
  readonly ratio: number;
}

type Costs = ReadonlyMap<string, Cost>;

/**
 * Compares what searching, registering and page views cost among a million visitors and among 10,000, each as a
 * multiple of a bare insert into the same database in turn, which holds on any machine. `--visitors=100000` changes the
 * million. Uses the database at MONGO_URL, or the embedded one.
 */
export async function runGrowthBench(): Promise<void> {
  const { values } = parseArgs({
    options: { visitors: { type: 'string', default: '1000000' } },
    allowPositionals: true,
  });
  const many = Number(values.visitors);
  const [amongFew, amongMany] = [await costsAmong(few), await costsAmong(many)];
  console.log(`\n  among ${few} and among ${many}: ms, inserts; growth, at most ${goal}`);
  for (const [name, before] of amongFew) {
    const after = amongMany.get(name) ?? before;
    const growth = after.ratio / before.ratio;
    const figures = [before, after].map(
      ({ ms, ratio }) => `${ms.toFixed(2).padStart(8)} ${ratio.toFixed(1).padStart(6)}`,
    );
    console.log(
      `  ${name.padEnd(24)} ${figures.join('  ')}  ${growth.toFixed(2)}  ${growth <= goal ? 'yes' : 'NO'}`,
    );
  }
}

/** Starts the service on a database with so many visitors, and measures each action. */
async function costsAmong(visitors: number): Promise<Costs> {
  const processes = new Processes();
  try {
    const url = await processes.startDatabase({ name: `foyer_growth_${visitors}` });
    const client = await MongoClient.connect(url);
    try {
      await storeEverything(client.db(), { visitors, rooms: 0, messages: 0, inquiries: 0 });
      const started = performance.now();
      const port = await processes.startService(url, manyCalls);
      const admin = await logIn(port);
      const actions = actionsOn(port, admin, visitors);
      await untilSearchable(port, admin);
      await untilIndexed(client.db(), started);
      const costs = new Map<string, Cost>();
      for (const [name, act] of Object.entries(actions))
        costs.set(name, await measure(name, act, client.db().collection('growth')));
      return costs;
    } finally {
      await client.close();
    }
  } finally {
    await processes.stop();
  }
}

type Headers = Readonly<Record<string, string>>;
type Action = (round: number) => Promise<Response>;

function actionsOn(port: number, admin: Headers, visitors: number): Readonly<Record<string, Action>> {
  const api = `http://127.0.0.1:${port}/api/v1/livechat`;
  const post = (path: string, body: object, headers: Headers = {}) =>
    fetch(`${api}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const search = (term: string) =>
    fetch(`${api}/visitors.search?${new URLSearchParams({ term })}`, { headers: admin });
  const pageInfo = { change: 'url', title: 'Shoes', location: { href: 'https://shop.example.org/shoes' } };
  return {
    registering: (round) => {
      const visitor = { token: `grown-${round}`, name: `Ann ${round}`, email: `grown-${round}@example.org` };
      return post('visitor', { visitor }, admin);
    },
    'page views': (round) => post('page.visited', { token: `viewer-${round}`, pageInfo }),
    'search by e-mail': (round) => search(emailOf((round * 7_919) % visitors)),
    'search by part of a name': (round) => search(emailOf((round * 7_919) % visitors).slice(1, 10)),
  };
}

async function untilSearchable(port: number, headers: Headers): Promise<void> {
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/api/v1/livechat/visitors.search?term=nobody`, { headers });
  for (let answer = await ask(); ; answer = await ask()) {
    if (answer.status === 200 && !answer.headers.has('X-Foyer-Search')) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/**
 * Times an action and a bare insert in turn. On a machine that leaves the database no turn for more than a second, the
 * service refuses what waits for it; that is done again.
 */
async function measure(name: string, act: Action, inserted: Collection): Promise<Cost> {
  const timesOf = { action: [] as number[], insert: [] as number[] };
  let refused = 0;
  for (let round = 0; round < warmUpRounds + rounds; ) {
    const began = performance.now();
    const answer = await act(round);
    const text = await answer.text();
    if (answer.status === 503 && refused < mostRefused) {
      refused += 1;
      continue;
    }
    if (answer.status !== 200) throw new Error(`${name} ${round} was answered ${answer.status}: ${text}`);
    const between = performance.now();
    await inserted.insertOne({ round, text: 'as large as a page view is without its address' });
    const ended = performance.now();
    round += 1;
    if (round <= warmUpRounds) continue;
    timesOf.action.push(between - began);
    timesOf.insert.push(ended - between);
  }
  if (refused > 0) console.log(`  ${name}: ${refused} were refused and done again`);
  const ms = middle(timesOf.action);
  return { ms, ratio: ms / middle(timesOf.insert) };
}

const middle = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
