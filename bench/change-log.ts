import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Collection } from 'mongodb';
import { EmbeddedProcess } from './embedded-process.ts';

const inFlight = 64;
const writesPerRound = 1000;
const rounds = 21;
const warmUpRounds = 4;

/** A log that is full from the start: what it removes is part of its cost. */
const maxLogBytes = 1024 * 1024;

interface Item {
  _id: number;
  name: string;
  n: number;
}

type Write = (items: Collection<Item>, i: number) => Promise<unknown>;

const writes: Readonly<Record<string, Write>> = {
  insertOne: (items, i) => items.insertOne({ _id: i, name: 'x'.repeat(120), n: i }),
  'updateOne by _id': (items, i) => items.updateOne({ _id: i % 1000 }, { $set: { n: i } }),
};

/** Does a round of writes, and returns the processor time that the server needed for one, in microseconds. */
async function microsPerWrite(server: EmbeddedProcess, write: Write, from: number): Promise<number> {
  const items: Collection<Item> = server.client.db('bench').collection('items');
  const before = await server.cpuMicros();
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < from + writesPerRound) {
      next += 1;
      await write(items, next);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return ((await server.cpuMicros()) - before) / writesPerRound;
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The servers take turns, so that whatever else the machine does concerns them alike. */
async function compare(
  [logged, unlogged]: readonly [EmbeddedProcess, EmbeddedProcess],
  write: Write,
): Promise<{ logged: number; unlogged: number; ratio: number }> {
  const pairs: [number, number][] = [];
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const from = round * writesPerRound;
    // They also take turns going first.
    const first = round % 2 === 0 ? await microsPerWrite(logged, write, from) : undefined;
    const without = await microsPerWrite(unlogged, write, from);
    const pair: [number, number] = [first ?? (await microsPerWrite(logged, write, from)), without];
    if (round >= warmUpRounds) pairs.push(pair);
  }
  return {
    logged: medianOf(pairs.map(([on]) => on)),
    unlogged: medianOf(pairs.map(([, off]) => off)),
    ratio: medianOf(pairs.map(([on, off]) => on / off)),
  };
}

/**
 * Measures what change streams cost a write, in the server's processor time: the log, what it removes, and the times
 * in every answer.
 */
export async function runChangeLogBench(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'foyer-bench-'));
  const start = (name: string, isLogged: boolean) =>
    EmbeddedProcess.start({
      dataDir: path.join(folder, name),
      maxPoolSize: inFlight,
      isLogged,
      maxLogBytes,
    });
  const servers = [await start('logged', true), await start('unlogged', false)] as const;
  try {
    console.log(`| ${inFlight} in flight | µs of processor with the log | without | ratio |`);
    console.log('| --- | ---: | ---: | ---: |');
    for (const [what, write] of Object.entries(writes)) {
      const { logged, unlogged, ratio } = await compare(servers, write);
      console.log(`| ${what} | ${logged.toFixed(0)} | ${unlogged.toFixed(0)} | ${ratio.toFixed(2)} |`);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}
