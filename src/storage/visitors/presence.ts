import type { Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { AbandonedVisitor, PresenceStore } from '../../domain/visitors/presence.ts';

/** That an instance has a socket of a visitor's. */
interface PresenceDocument extends AbandonedVisitor {
  readonly _id: string;
}

interface InstanceDocument {
  readonly _id: string;
  readonly aliveUntil: Date;
}

const idOf = ({ instance, visitorId }: AbandonedVisitor): string => `${instance} ${visitorId}`;

/** Presence in `foyer_presence`, and the instances in `foyer_instance`. @param instance this one's id. */
export function createPresenceStore(db: Db, clock: Clock, instance: string): PresenceStore {
  const presence = db.collection<PresenceDocument>('foyer_presence');
  const instances = db.collection<InstanceDocument>('foyer_instance');
  return {
    async enter(visitorId) {
      const _id = idOf({ instance, visitorId });
      await presence.updateOne({ _id }, { $set: { instance, visitorId } }, { upsert: true });
    },
    async leave(visitorId) {
      await presence.deleteOne({ _id: idOf({ instance, visitorId }) });
    },
    async isPresent(visitorId) {
      return (await presence.findOne({ visitorId }, { projection: { _id: 1 } })) !== null;
    },
    async renew(forMs) {
      const aliveUntil = new Date(clock().getTime() + forMs);
      const write = { $set: { aliveUntil } };
      const { upsertedCount } = await instances.updateOne({ _id: instance }, write, { upsert: true });
      return upsertedCount === 0;
    },
    async listAbandoned(limit) {
      const dead = await instances.findOne({ aliveUntil: { $lt: clock() } }, { sort: { aliveUntil: 1 } });
      if (dead === null) return [];
      const left = await presence.find({ instance: dead._id }, { limit }).toArray();
      if (left.length === 0) await instances.deleteOne({ _id: dead._id, aliveUntil: dead.aliveUntil });
      return left.map(({ visitorId }) => ({ instance: dead._id, visitorId }));
    },
    async forget(abandoned) {
      await presence.deleteMany({ _id: { $in: abandoned.map(idOf) } });
    },
  };
}
