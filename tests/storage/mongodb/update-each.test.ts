import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { updateByIds, updateEach } from '../../../src/storage/mongodb/update-each.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';

const database = useDatabase();

interface Task {
  readonly _id: string;
  readonly list: string;
  readonly count: number;
}

describe('documents that are changed together', () => {
  let list: string;
  let tasks: Task[];
  const collection = () => database.db.collection<Task>('update_each_task');
  const stored = () =>
    collection()
      .find({ _id: { $in: tasks.map(({ _id }) => _id) } })
      .sort({ _id: 1 })
      .toArray();
  beforeEach(async () => {
    list = unique('list');
    tasks = ['a', 'b', 'c'].map((name, count) => ({ _id: `${list} ${name}`, list, count }));
    await collection().createIndex({ list: 1 });
    await collection().insertMany([...tasks]);
  });

  it('are those that pass the filter', async () => {
    const changed = await updateEach(collection(), { list, count: { $gt: 0 } }, { $inc: { count: 10 } });
    expect(changed.sort()).toEqual([`${list} b`, `${list} c`]);
    expect((await stored()).map(({ count }) => count)).toEqual([0, 11, 12]);
  });

  it('are none if none passes, or the change makes no difference', async () => {
    expect(await updateEach(collection(), { list: unique('other') }, { $inc: { count: 1 } })).toEqual([]);
    expect(await updateEach(collection(), { list }, { $set: { list } })).toEqual([]);
    expect(await stored()).toEqual(tasks);
  });

  it('still have to pass the filter when they are changed', async () => {
    const ids = tasks.map(({ _id }) => _id);
    expect(await updateByIds(collection(), ids, { $set: { count: 9 } }, { count: 1 })).toBe(true);
    expect((await stored()).map(({ count }) => count)).toEqual([0, 9, 2]);
    expect(await updateByIds(collection(), ids, { $set: { count: 9 } }, { count: 1 })).toBe(false);
    expect(await updateByIds(collection(), [], { $set: { count: 9 } })).toBe(false);
  });

  it('are named by their _id, which makes it a write that the driver repeats', async () => {
    const named: unknown[] = [];
    const bulkWrite = (operations: readonly AnyBulkWriteOperation<Task>[]) => {
      named.push(...operations.map((each) => 'updateOne' in each && each.updateOne.filter));
      return collection().bulkWrite(operations);
    };
    const watched: Collection<Task> = Object.assign(Object.create(collection()), { bulkWrite });
    await updateEach(watched, { list, count: 1 }, { $inc: { count: 1 } });
    expect(named).toEqual([{ list, count: 1, _id: `${list} b` }]);
  });
});
