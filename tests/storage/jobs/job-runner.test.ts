import { randomIds } from '../../../src/domain/ids.ts';
import type { JobHandler } from '../../../src/domain/jobs.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { JobRunner } from '../../../src/storage/jobs/job-runner.ts';
import { createJobStore } from '../../../src/storage/jobs/job-store.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
const jobs = () => database.db.collection<{ _id: string }>('foyer_job');
// Far ahead: by its own clock, the database removes what is old.
const start = new Date('2096-03-01T10:00:00Z');

let now: Date;
let instances: JobRunner[];
beforeEach(async () => {
  now = start;
  instances = [];
  await jobs().deleteMany({ _id: { $gte: '' } });
});
afterEach(() => Promise.all(instances.map((instance) => instance.stop())));

const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};

/** An instance of the service that does jobs in this way. */
function instance(handler: JobHandler, store = createJobStore(database.db)): JobRunner {
  const runner = new JobRunner({
    store,
    clock: () => now,
    ids: randomIds,
    logger: createLogger('silent'),
  });
  instances.push(runner);
  runner.start({
    ...{ 'join-visitors': handler, 'merge-visitor': handler },
    ...{
      'remove-department': handler,
      'remove-room': handler,
      'remove-user': handler,
      'remove-visitor': handler,
    },
  });
  return runner;
}

/** Something that a story lets happen when it likes. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

it('does a job before the request that asked for it is answered, and forgets it', async () => {
  const seen: string[] = [];
  await instance(async ({ subjectId }) => void seen.push(subjectId)).run('remove-visitor', 'ann');
  expect(seen).toEqual(['ann']);
  expect(await jobs().countDocuments()).toBe(0);
});

it('says how far a job is, and goes on counting when it is repeated', async () => {
  let isDiskFull = true;
  const runner = instance(async ({ report }) => {
    await report({ rooms: 2 }, 5);
    if (isDiskFull) throw new Error('the disk is full');
    expect(await jobs().findOne({ _id: 'remove-visitor ann' })).toMatchObject({
      done: { rooms: 4 },
      left: 5,
    });
  });
  await expect(runner.run('remove-visitor', 'ann')).rejects.toThrow('the disk is full');
  expect(await jobs().findOne({ _id: 'remove-visitor ann' })).toMatchObject({
    done: { rooms: 2 },
    failures: 1,
  });
  isDiskFull = false;
  await runner.runDue();
  expect(await jobs().countDocuments()).toBe(1);
  pass(6);
  await runner.runDue();
  expect(await jobs().countDocuments()).toBe(0);
});

it('waits longer after each failure in a row', async () => {
  let attempts = 0;
  const runner = instance(async () => {
    attempts += 1;
    throw new Error('still broken');
  });
  await expect(runner.run('remove-visitor', 'ann')).rejects.toThrow('still broken');
  for (const [seconds, expected] of [
    [4, 1],
    [1, 2],
    [9, 2],
    [1, 3],
    [19, 3],
    [1, 4],
  ] as const) {
    pass(seconds);
    await runner.runDue();
    expect([seconds, attempts]).toEqual([seconds, expected]);
  }
});

it('takes over the job of an instance that died, once that has not been heard of for a minute', async () => {
  const never = gate();
  const dead = instance(() => never.opened);
  void dead.run('remove-visitor', 'ann');
  const seen: string[] = [];
  const alive = instance(async ({ subjectId }) => void seen.push(subjectId));
  while ((await jobs().countDocuments()) === 0);
  pass(59);
  await alive.runDue();
  expect(seen).toEqual([]);
  pass(1);
  await alive.runDue();
  expect(seen).toEqual(['ann']);
  never.open();
});

it('ends a run whose job another instance has taken', async () => {
  const taken = gate();
  let steps = 0;
  const slow = instance(async ({ report }) => {
    await taken.opened;
    await report({ rooms: 1 });
    steps += 1;
  });
  const running = slow.run('remove-visitor', 'ann');
  while ((await jobs().countDocuments()) === 0);
  pass(61);
  await instance(async () => undefined).runDue();
  taken.open();
  await running;
  expect(steps).toBe(0);
});

it('is done by one of two instances that find it due at the same time', async () => {
  let runs = 0;
  const handler = async () => {
    runs += 1;
  };
  const pair = [instance(handler), instance(handler)];
  await createJobStore(database.db).record({
    _id: 'remove-visitor ann',
    name: 'remove-visitor',
    subjectId: 'ann',
    createdAt: now,
    dueAt: now,
    runner: 'one that was stopped',
    failures: 0,
    done: {},
  });
  await Promise.all(pair.map((each) => each.runDue()));
  expect(runs).toBe(1);
});

it('is done once if it is asked for twice', async () => {
  let runs = 0;
  const both = gate();
  const runner = instance(async () => {
    runs += 1;
    await both.opened;
  });
  const asked = [runner.run('remove-visitor', 'ann'), runner.run('remove-visitor', 'ann')];
  both.open();
  await Promise.all(asked);
  expect(runs).toBe(1);
});

it('stops after the step that it is at, and leaves the rest to another instance at once', async () => {
  const stepping = gate();
  let steps = 0;
  const stopped = instance(async ({ report }) => {
    for (;;) {
      steps += 1;
      await stepping.opened;
      await report({ rooms: 1 });
    }
  });
  const answered = stopped.run('remove-visitor', 'ann');
  while (steps === 0) await new Promise(setImmediate);
  const stopping = stopped.stop();
  stepping.open();
  await Promise.all([stopping, answered]);
  expect(steps).toBe(1);
  const seen: string[] = [];
  await instance(async ({ subjectId }) => void seen.push(subjectId)).runDue();
  expect(seen).toEqual(['ann']);
});

it('leaves a job that it claims while it stops to another instance at once', async () => {
  const store = createJobStore(database.db);
  const [claiming, stopping] = [gate(), gate()];
  const claimDue: typeof store.claimDue = async (...given) => {
    claiming.open();
    await stopping.opened;
    return store.claimDue(...given);
  };
  const seen: string[] = [];
  const stopped = instance(async () => void seen.push('stopped'), { ...store, claimDue });
  await claiming.opened;
  const job = { _id: 'remove-visitor ann', name: 'remove-visitor', subjectId: 'ann' } as const;
  await store.record({ ...job, createdAt: now, dueAt: now, runner: 'another', failures: 2, done: {} });
  const ended = stopped.stop();
  stopping.open();
  await ended;
  await instance(async ({ subjectId }) => void seen.push(subjectId)).runDue();
  expect(seen).toEqual(['ann']);
});

it('only records what is asked for while four jobs are in progress', async () => {
  const busy = gate();
  const seen: string[] = [];
  const runner = instance(async ({ subjectId }) => {
    seen.push(subjectId);
    await busy.opened;
  });
  const asked = ['a', 'b', 'c', 'd'].map((id) => runner.run('remove-visitor', id));
  while (seen.length < 4) await new Promise(setImmediate);
  await runner.run('remove-visitor', 'e');
  expect(seen).not.toContain('e');
  busy.open();
  await Promise.all(asked);
  await runner.runDue();
  expect(seen).toContain('e');
});
