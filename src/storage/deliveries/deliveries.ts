import type { Collection, Db } from 'mongodb';
import type { Delivery, DeliveryStore } from '../../domain/deliveries/delivery.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { updateFirst } from '../mongodb/update-first.ts';

export const deliveryCollection = 'foyer_delivery';

interface StoredDelivery extends Delivery {
  /** Absent once it was delivered or given up. */
  readonly dueAt?: Date;
  readonly deliveredAt?: Date;
  readonly givenUpAt?: Date;
  /** When the document is deleted; absent as long as it is to be delivered. */
  readonly expireAt?: Date;
}

/** Long enough for a client that repeats a request to find that its delivery was made. */
const keepDeliveredMs = 2 * 24 * 60 * 60 * 1000;
const keepGivenUpMs = 30 * 24 * 60 * 60 * 1000;

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** Deliveries in `foyer_delivery`. */
export function createDeliveryStore(db: Db): DeliveryStore {
  const collection: Collection<StoredDelivery> = db.collection(deliveryCollection);
  return {
    async add(id, content, at) {
      await insertNew(collection, { _id: id, content, createdAt: at, attempts: 0, dueAt: at });
    },
    async remove(ids) {
      if (ids.length > 0) await collection.deleteMany({ _id: { $in: [...ids] } });
    },
    async removeAbout(ids) {
      if (ids.length > 0) await collection.deleteMany({ 'content.about': { $in: [...ids] } });
    },
    claim(now, until) {
      const change = { $set: { dueAt: until }, $inc: { attempts: 1 } };
      return updateFirst(collection, { dueAt: { $lte: now } }, change, { dueAt: 1 });
    },
    async complete(id, at) {
      const expireAt = later(at, keepDeliveredMs);
      // What was said is of no use any more, and may be personal.
      const $unset = { dueAt: '', content: '' } as const;
      await collection.updateOne({ _id: id }, { $set: { deliveredAt: at, expireAt }, $unset });
    },
    async postpone(id, until) {
      await collection.updateOne({ _id: id }, { $set: { dueAt: until } });
    },
    async giveUp(id, at) {
      const expireAt = later(at, keepGivenUpMs);
      await collection.updateOne({ _id: id }, { $set: { givenUpAt: at, expireAt }, $unset: { dueAt: '' } });
    },
  };
}
