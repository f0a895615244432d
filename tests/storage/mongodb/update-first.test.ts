import type { Collection, Filter, UpdateFilter } from 'mongodb';
import { updateFirst } from '../../../src/storage/mongodb/update-first.ts';
import { useDatabase } from '../../support/use-database.ts';

interface Task {
  readonly _id: string;
  readonly dueAt: number;
}

const database = useDatabase();
const tasks = () => database.db.collection<Task>('foyer_job');
const take = () => updateFirst(tasks(), { dueAt: { $lte: 10 } }, { $set: { dueAt: 20 } }, { dueAt: 1 });

beforeEach(async () => {
  await tasks().deleteMany({ dueAt: { $gte: 0 } });
});

describe('the first document', () => {
  it('is another one for each of several callers at once', async () => {
    await tasks().insertMany([3, 1, 4, 2].map((dueAt) => ({ _id: `task ${dueAt}`, dueAt })));
    const taken = await Promise.all([1, 2, 3, 4, 5, 6].map(take));
    const ids = taken.flatMap((each) => each?._id ?? []);
    expect(ids.sort()).toEqual(['task 1', 'task 2', 'task 3', 'task 4']);
  });

  it('is the first in the order that was asked for, as it is after the change', async () => {
    await tasks().insertMany([3, 1].map((dueAt) => ({ _id: `task ${dueAt}`, dueAt })));
    expect(await take()).toEqual({ _id: 'task 1', dueAt: 20 });
    expect(await take()).toEqual({ _id: 'task 3', dueAt: 20 });
    expect(await take()).toBeNull();
  });

  it('is changed by its _id, which a sharded cluster needs', async () => {
    await tasks().insertOne({ _id: 'task', dueAt: 1 });
    const named: unknown[] = [];
    const findOneAndUpdate = (filter: Filter<Task>, change: UpdateFilter<Task>) => {
      named.push(filter);
      return tasks().findOneAndUpdate(filter, change, { returnDocument: 'after' });
    };
    const watched: Collection<Task> = Object.assign(Object.create(tasks()), { findOneAndUpdate });
    await updateFirst(watched, { dueAt: { $lte: 10 } }, { $set: { dueAt: 20 } });
    expect(named).toEqual([{ dueAt: { $lte: 10 }, _id: 'task' }]);
  });
});
