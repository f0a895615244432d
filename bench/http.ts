import { type LoadResult, runLoad } from './load.ts';
import { logIn } from './log-in.ts';
import { listeningPort, Processes, residentBytes } from './processes.ts';

const connections = 64;
const rounds = 12;
const roundMs = 2_000;
const warmUpMs = 3_000;
const visitorCount = 500;
/** All visitors of the load have one address, which otherwise may only make as many calls as an office. */
const manyVisitors = { OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitors_Per_Address: '1000000' };

/** A server under test, in its own process. */
interface Target {
  readonly name: string;
  readonly port: number;
}

interface Scenario {
  readonly name: string;
  /** The throughput that the service should reach, relative to the bare handler's. */
  readonly goal: number;
  nextRequest(): string;
}

/**
 * Compares the service with a bare handler on Express and the driver, on the same database. The two servers, the
 * database and the load each run in their own process, and the two servers take turns. Uses the database at
 * MONGO_URL, or the embedded one.
 */
export async function runHttpBench(): Promise<void> {
  const processes = new Processes();
  try {
    const url = await processes.startDatabase();
    const bare = {
      name: 'bare',
      port: Number(await processes.start('dist-bench/bench/bare-server.js', [url], listeningPort)),
    };
    const service = { name: 'service', port: await processes.startService(url, manyVisitors) };
    for (const scenario of await scenarios(service.port)) await compare(scenario, bare, service);
  } finally {
    await processes.stop();
  }
}

async function scenarios(servicePort: number): Promise<Scenario[]> {
  const post = async <T>(operation: string, body: object, headers = {}): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${servicePort}/api/v1/${operation}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as T;
  };
  const admin = await logIn(servicePort);
  const infos: string[] = [];
  for (let number = 0; number < visitorCount; number += 1) {
    const contact = { name: `Ann ${number}`, email: `ann-${number}@example.org`, phone: `+49170${number}` };
    const body = { visitor: { token: `bench-${number}`, ...contact } };
    const { visitor } = await post<{ visitor: { _id: string } }>('livechat/visitor', body, admin);
    const headers = Object.entries(admin).map(([name, value]) => `${name}: ${value}`);
    infos.push(request(`GET /api/v1/livechat/visitors.info?visitorId=${visitor._id}`, headers));
  }
  let looks = 0;
  const nextInfo = () => {
    looks += 1;
    return infos[looks % infos.length] ?? '';
  };
  let views = 0;
  // Each visitor looks at five pages, one right after the other.
  const nextView = () => {
    views += 1;
    return pageView(`visitor-${Math.floor(views / 5)}`);
  };
  return [
    { name: 'page.visited', goal: 1.5, nextRequest: nextView },
    { name: 'visitors.info', goal: 0.8, nextRequest: nextInfo },
  ];
}

const request = (line: string, headers: readonly string[], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...headers, '', body].join('\r\n');

function pageView(token: string): string {
  const location = { href: 'https://shop.example.org/catalogue/shoes?page=2' };
  const body = JSON.stringify({ token, pageInfo: { change: 'url', title: 'Shoes, page 2', location } });
  const headers = ['Content-Type: application/json', `Content-Length: ${body.length}`];
  return request('POST /api/v1/livechat/page.visited', headers, body);
}

async function compare(scenario: Scenario, bare: Target, service: Target): Promise<void> {
  const measure = ({ port }: Target, durationMs: number) =>
    runLoad({ port, connections, durationMs, nextRequest: scenario.nextRequest });
  await measure(bare, warmUpMs);
  await measure(service, warmUpMs);
  const pairs: [LoadResult, LoadResult][] = [];
  for (let round = 0; round < rounds; round += 1) {
    // They also take turns going first, so that neither always finds the machine warmed up.
    const first = round % 2 === 0 ? await measure(bare, roundMs) : undefined;
    const ours = await measure(service, roundMs);
    pairs.push([first ?? (await measure(bare, roundMs)), ours]);
  }
  console.log(`\n${scenario.name}, ${connections} in flight, ${rounds} rounds of ${roundMs / 1000} s each`);
  for (const [index, target] of [bare, service].entries()) {
    const results = pairs.map((pair) => pair[index] as LoadResult);
    const middle = (read: (result: LoadResult) => number) => median(results.map(read));
    const memory = Math.round((await residentBytes(target.port)) / 1024 / 1024);
    console.log(
      `  ${target.name.padEnd(8)} ${middle((it) => it.perSecond).toFixed(0)}/s   p50 ${middle((it) => it.p50Ms).toFixed(1)} ms   p99 ${middle((it) => it.p99Ms).toFixed(1)} ms   ${memory} MB`,
    );
  }
  const ratios = pairs.map(([bareResult, ourResult]) => ourResult.perSecond / bareResult.perSecond);
  const ratio = median(ratios);
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  const verdict = ratio >= scenario.goal ? 'reached' : 'MISSED';
  console.log(`  ratio ${ratio.toFixed(2)} (${range}); goal ${scenario.goal}: ${verdict}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[Math.ceil(sorted.length / 2 - 0.5)] ?? 0)) / 2;
}
