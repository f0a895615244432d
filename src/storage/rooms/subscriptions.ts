import type { Collection, Db, Filter, MatchKeysAndValues } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Subscription, SubscriptionStore } from '../../domain/rooms/subscription.ts';
import { deleteAndReport, type WriteReporter } from '../feed/write-reporter.ts';
import { distinctValues } from '../mongodb/distinct-values.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { updateEach } from '../mongodb/update-each.ts';

/** Agents' subscriptions to livechat rooms, in `rocketchat_subscription`. */
export function createSubscriptionStore(db: Db, clock: Clock, reporter: WriteReporter): SubscriptionStore {
  const subscriptions: Collection<Subscription> = db.collection('rocketchat_subscription');
  const changeInRooms = async (roomIds: readonly string[], fields: MatchKeysAndValues<Subscription>) => {
    const ofRooms: Filter<Subscription> = { rid: { $in: [...roomIds] }, t: 'l' };
    const change = { $set: { ...fields, _updatedAt: clock() } };
    reporter.changed(...(await updateEach(subscriptions, ofRooms, change)));
  };
  return {
    findByRoomAndUser: (roomId, userId) => subscriptions.findOne({ rid: roomId, 'u._id': userId }),
    listByRoom: (roomId) => subscriptions.find({ rid: roomId, t: 'l' }).toArray(),
    listByUser: (userId, limit) =>
      subscriptions.find({ 'u._id': userId, t: 'l' }, { limit, sort: { 'v._id': 1 } }).toArray(),
    async listVisitorsOf(userId, visitorIds) {
      const seats: Filter<Subscription> = { 'u._id': userId, t: 'l', 'v._id': { $in: [...visitorIds] } };
      return distinctValues(subscriptions, 'v._id', seats) as Promise<string[]>;
    },
    async ensure(subscription) {
      const { rid, u } = subscription;
      if (await subscriptions.findOne({ rid, 'u._id': u._id }, { projection: { _id: 1 } })) return false;
      const stored = { ...subscription, _updatedAt: clock() };
      const isNew = await insertNew(subscriptions, stored);
      if (isNew) reporter.added(stored);
      return isNew;
    },
    async alert(roomId, exceptUserId, counts) {
      const others: Filter<Subscription> = { rid: roomId, 'u._id': { $ne: exceptUserId }, t: 'l' };
      const alerted = await updateEach(subscriptions, others, {
        $set: { alert: true, open: true, _updatedAt: clock() },
        ...(counts ? { $inc: { unread: 1 } } : {}),
      });
      reporter.changed(...alerted);
    },
    async markRead(roomId, userId) {
      const now = clock();
      const nothingNew = { alert: false, open: true, unread: 0, userMentions: 0, groupMentions: 0 };
      const own: Filter<Subscription> = { rid: roomId, 'u._id': userId, t: 'l' };
      const change = { $set: { ...nothingNew, ls: now, _updatedAt: now } };
      reporter.changed(...(await updateEach(subscriptions, own, change)));
    },
    rename: (roomIds, name) => changeInRooms(roomIds, { name, fname: name }),
    setVisitor: (roomIds, visitorId) => changeInRooms(roomIds, { 'v._id': visitorId }),
    setDepartment: (roomId, department) => changeInRooms([roomId], { department }),
    async deleteByRoomAndUser(roomId, userId) {
      await deleteAndReport(subscriptions, { rid: roomId, 'u._id': userId, t: 'l' }, reporter);
    },
    async deleteByRooms(roomIds) {
      await deleteAndReport(subscriptions, { rid: { $in: [...roomIds] }, t: 'l' }, reporter);
    },
  };
}
