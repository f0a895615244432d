import type { Collection, Db } from 'mongodb';
import { maxListItems } from '../../domain/text/max-lengths.ts';
import type { Trigger, TriggerStore } from '../../domain/triggers/trigger.ts';
import { findPage } from '../mongodb/find-page.ts';

const parts = { runOnce: 1, conditions: 1, actions: 1 };

/** `rocketchat_livechat_trigger`. */
export function createTriggerStore(db: Db): TriggerStore {
  const collection: Collection<Trigger> = db.collection('rocketchat_livechat_trigger');
  return {
    listEnabled: () =>
      collection
        .find({ enabled: true }, { projection: parts, sort: { _id: 1 }, limit: maxListItems })
        .toArray(),
    // There are only a few: the range over all ids makes it a query that an index serves.
    list: (page) => findPage(collection, { _id: { $gte: '' } }, page),
    findById: (id) => collection.findOne({ _id: id }),
    async add(trigger) {
      await collection.insertOne(trigger);
    },
    async change(id, given, at) {
      const change = { $set: { ...given, _updatedAt: at } };
      return (await collection.updateOne({ _id: id }, change)).matchedCount > 0;
    },
    async delete(id) {
      await collection.deleteOne({ _id: id });
    },
  };
}
