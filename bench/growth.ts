import { parseArgs } from 'node:util';
import { actionsOn } from './growth/actions.ts';
import { callMany, measureInTurn } from './growth/cost.ts';
import type { Used } from './growth/processor-time.ts';
import { type Scene, setScene } from './growth/scene.ts';
import { Innocents } from './innocents.ts';

const few = 10_000;
/** How much more everything may cost among many visitors than among few. */
const goal = 2;
/** How long the page views of others may take beside it. */
const goalMs = 100;
const besideMs = 10_000;
const callsAtATime = 200;
/** Behind every request that is measured. */
const firstBeside = 1_000_000;

/**
 * Compares what searching, registering and page views use of the processors, of the service's and of the database's,
 * among a million visitors and among 10,000, which holds on a busy machine; and prints what the first start among them
 * takes. `--visitors=100000` changes the million. Uses the database at MONGO_URL, or an embedded one for each.
 */
export async function runGrowthBench(): Promise<void> {
  const { values } = parseArgs({
    options: { visitors: { type: 'string', default: '1000000' } },
    allowPositionals: true,
  });
  const scenes: Scene[] = [];
  try {
    for (const visitors of [few, Number(values.visitors)]) scenes.push(await setScene(visitors));
    await compare(scenes as [Scene, Scene]);
  } finally {
    for (const scene of scenes) await scene.stop();
  }
}

async function compare(scenes: readonly [Scene, Scene]): Promise<void> {
  const [fewActions, manyActions] = [await actionsOn(scenes[0]), await actionsOn(scenes[1])];
  const [{ visitors: before }, { visitors: after }] = scenes;
  console.log(
    `\nµs of the processor for each request, of service and database, among ${before} and ${after};`,
  );
  console.log(`growth, at most ${goal}; p99 of others' page views beside it, at most ${goalMs} ms`);
  for (const [name, few] of Object.entries(fewActions)) {
    const many = manyActions[name] ?? few;
    const used = await measureInTurn([
      { ...scenes[0], action: few },
      { ...scenes[1], action: many },
    ]);
    const growth = sumOf(used[1]) / sumOf(used[0]);
    const { p99Ms, refused } = await beside(scenes[1], many);
    const figures = used.flatMap(({ service, database }) => [service, database]);
    console.log(
      `  ${name.padEnd(26)} ${figures.map((each) => each.toFixed(0).padStart(7)).join('')}  ${growth.toFixed(2).padStart(5)} ${growth <= goal ? 'yes' : 'NO '}  ${p99Ms.toFixed(0).padStart(5)} ms ${p99Ms <= goalMs && refused === 0 ? 'yes' : `NO, ${refused} refused`}`,
    );
  }
}

const sumOf = ({ service, database }: Used): number => service + database;

/** What others see who look at pages while requests of a kind are sent without a pause. */
async function beside({ port }: Scene, action: (n: number) => Promise<Response>) {
  const innocents = new Innocents(port);
  try {
    const until = performance.now() + besideMs;
    for (let from = firstBeside; performance.now() < until; from += callsAtATime)
      await callMany(action, from, callsAtATime);
    return await innocents.seen();
  } finally {
    await innocents.stop();
  }
}
