import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Subscription, SubscriptionStore } from '../../domain/rooms/subscription.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** Agents' subscriptions to livechat rooms, in `rocketchat_subscription`. */
export function createSubscriptionStore(db: Db, clock: Clock): SubscriptionStore {
  const subscriptions: Collection<Subscription> = db.collection('rocketchat_subscription');
  return {
    findByRoomAndUser: (roomId, userId) => subscriptions.findOne({ rid: roomId, 'u._id': userId }),
    async ensure(subscription) {
      const { rid, u } = subscription;
      if (await subscriptions.findOne({ rid, 'u._id': u._id }, { projection: { _id: 1 } })) return;
      await insertNew(subscriptions, { ...subscription, _updatedAt: clock() });
    },
    async countUnread(roomId, exceptUserId) {
      await subscriptions.updateMany(
        { rid: roomId, 'u._id': { $ne: exceptUserId }, t: 'l' },
        { $set: { alert: true, open: true, _updatedAt: clock() }, $inc: { unread: 1 } },
      );
    },
    async rename(roomIds, name) {
      await subscriptions.updateMany(
        { rid: { $in: [...roomIds] }, t: 'l' },
        { $set: { name, fname: name, _updatedAt: clock() } },
      );
    },
    async deleteByRooms(roomIds) {
      await subscriptions.deleteMany({ rid: { $in: [...roomIds] }, t: 'l' });
    },
  };
}
