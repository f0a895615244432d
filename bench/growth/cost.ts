import { setTimeout as delay } from 'node:timers/promises';
import type { Action } from './actions.ts';
import { differenceOf, processorMicros, type Used } from './processor-time.ts';
import type { Scene } from './scene.ts';

const inFlight = 8;
const callsPerRound = 200;
const rounds = 5;
/** In which what runs often is compiled, and memory is filled. */
const warmUpRounds = 5;
/** What a request leaves to be done in bulk is done after a second. */
const settleMs = 1_500;
/** For how long a round looks at what is used while nobody asks for anything. */
const idleMs = 1_000;
/** If one request is refused more often, it is not because the machine is busy. */
const mostRefused = 20;
const beforeRepeatMs = 500;

export interface Measured extends Scene {
  readonly action: Action;
}

/**
 * What one request of each scene uses of the processors, in the middle of some rounds. The scenes take turns, so that
 * whatever else the machine does concerns them alike; what each uses by itself, to check its data for example, is taken
 * off.
 */
export async function measureInTurn(scenes: readonly [Measured, Measured]): Promise<readonly [Used, Used]> {
  const seen: [Used[], Used[]] = [[], []];
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    // They also take turns going first.
    const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const index of order) {
      const used = await measureRound(scenes[index], round);
      if (round >= warmUpRounds) seen[index].push(used);
    }
  }
  return [middleOf(seen[0]), middleOf(seen[1])];
}

async function measureRound(scene: Measured, round: number): Promise<Used> {
  const [idle, busy] = [
    await whileDoing(scene, () => delay(idleMs)),
    await whileDoing(scene, async () => {
      await callMany(scene.action, round * callsPerRound, callsPerRound);
      await delay(settleMs);
    }),
  ];
  const each = (part: keyof Used) =>
    (busy.used[part] - (idle.used[part] / idle.ms) * busy.ms) / callsPerRound;
  return { service: each('service'), database: each('database') };
}

async function whileDoing(scene: Scene, work: () => Promise<void>): Promise<{ used: Used; ms: number }> {
  const [before, began] = [await processorMicros(scene), performance.now()];
  await work();
  return { ms: performance.now() - began, used: differenceOf(await processorMicros(scene), before) };
}

/**
 * Sends requests, some at a time. What the service refuses because the database said nothing for more than a second, on
 * a machine that left it no turn, is sent again.
 * @throws if another answer is not 200.
 */
export async function callMany(action: Action, from: number, count: number): Promise<void> {
  let next = from;
  const send = async () => {
    while (next < from + count) {
      const n = next;
      next += 1;
      await sendUntilAnswered(action, n);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, send));
}

async function sendUntilAnswered(action: Action, n: number): Promise<void> {
  for (let refused = 0; ; refused += 1) {
    const answer = await action(n);
    const text = await answer.text();
    if (answer.status === 200) return;
    if (answer.status !== 503 || refused >= mostRefused)
      throw new Error(`request ${n} was answered ${answer.status}: ${text}`);
    await delay(beforeRepeatMs);
  }
}

const middleOf = (used: readonly Used[]): Used => ({
  service: middle(used.map(({ service }) => service)),
  database: middle(used.map(({ database }) => database)),
});

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
