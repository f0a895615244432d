import type { Collection, Db } from 'mongodb';
import { maxListItems } from '../../domain/text/max-lengths.ts';
import type { Trigger, TriggerStore } from '../../domain/triggers/trigger.ts';

const parts = { runOnce: 1, conditions: 1, actions: 1 };

/** `rocketchat_livechat_trigger`. */
export function createTriggerStore(db: Db): TriggerStore {
  const collection: Collection<Trigger & { enabled: boolean }> = db.collection('rocketchat_livechat_trigger');
  return {
    listEnabled: () =>
      collection
        .find({ enabled: true }, { projection: parts, sort: { _id: 1 }, limit: maxListItems })
        .toArray(),
  };
}
