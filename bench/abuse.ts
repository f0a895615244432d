import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { Attacker } from './attacker.ts';
import { type Attack, attacks, type Scene } from './attacks.ts';
import { Innocents, type SeenBeside } from './innocents.ts';
import { logIn } from './log-in.ts';
import { Processes, residentBytes } from './processes.ts';

/** What runs often enough is compiled anew, which takes its time. */
const warmUpMs = 10_000;
const attackMs = 6_000;
const sampleMs = 200;
/** What the service is to stay below, on a machine that does nothing else. */
const goal = { megabytes: 400, p99Ms: 250 };

/**
 * Replays the ways in which one address brought the service down once, and prints how much memory it took at most and
 * how long a page view of an innocent visitor took meanwhile. Uses the database at MONGO_URL, or the embedded one.
 */
export async function runAbuseBench(): Promise<void> {
  const processes = new Processes();
  try {
    const url = await processes.startDatabase();
    const port = await processes.startService(url, { HTTP_FORWARDED_COUNT: '1' });
    const scene = await setScene(port, url);
    const innocents = new Innocents(port);
    await delay(warmUpMs);
    await innocents.seen();
    await delay(attackMs / 2);
    report('nobody attacks', 0, await innocents.seen(), new Map());
    for (const attack of attacks) await measure(attack, port, scene, innocents);
    await innocents.stop();
  } finally {
    await processes.stop();
  }
}

async function measure(attack: Attack, port: number, scene: Scene, innocents: Innocents): Promise<void> {
  await innocents.seen();
  const attacker = new Attacker(port);
  let peak = 0;
  const sampling = setInterval(() => {
    residentBytes(port).then(
      (bytes) => {
        peak = Math.max(peak, bytes);
      },
      () => undefined,
    );
  }, sampleMs);
  try {
    await attack.run(attacker, scene, performance.now() + attackMs);
  } finally {
    clearInterval(sampling);
    attacker.stop();
  }
  report(attack.name, peak, await innocents.seen(), attacker.answers);
}

function report(
  name: string,
  peakBytes: number,
  { views, p99Ms, slowestMs, refused }: SeenBeside,
  answers: ReadonlyMap<string, number>,
) {
  const megabytes = Math.round(peakBytes / 1024 / 1024);
  const counts = [...answers].map(([status, count]) => `${count} × ${status}`).join(', ');
  const isReached = megabytes < goal.megabytes && p99Ms < goal.p99Ms && refused === 0;
  console.log(`\n${name}${counts === '' ? '' : `: ${counts}`}`);
  console.log(
    `  at most ${megabytes} MB; of ${views} innocent page views p99 ${p99Ms.toFixed(0)} ms, slowest ${slowestMs.toFixed(0)} ms, ${refused} refused; ${isReached ? 'reached' : 'MISSED'}`,
  );
}

/** How many messages of a mebibyte the room has: more than any answer. */
const messageCount = 64;

async function setScene(port: number, url: string): Promise<Scene> {
  const admin = await logIn(port);
  const client = await new MongoClient(url).connect();
  const visitor = { _id: 'victim', token: 'victim', username: 'guest-1', name: 'Victim', ts: new Date() };
  const room = {
    _id: 'victims-room',
    t: 'l',
    v: visitor,
    open: true,
    ts: new Date(),
    msgs: 0,
    usersCount: 1,
  };
  const { _id: rid } = room;
  const db = client.db();
  const insert = (name: string, document: { readonly _id: string }) =>
    db.collection<{ _id: string }>(`rocketchat_${name}`).insertOne(document);
  await insert('livechat_visitor', visitor);
  await insert('room', room);
  const field = { _id: 'order', label: 'Order', scope: 'visitor', visibility: 'visible', regexp: '^(a+)+$' };
  await insert('livechat_custom_field', field);
  for (let n = 0; n < messageCount; n += 1) {
    const msg = 'x'.repeat(1024 * 1024);
    await insert('message', { ...{ _id: `m${n}`, rid, msg, ts: new Date(n), u: visitor } } as {
      _id: string;
    });
  }
  await client.close();
  return { admin, visitor: { token: visitor.token, rid } };
}
