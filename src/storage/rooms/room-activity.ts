import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { LastMessage } from '../../domain/rooms/last-message.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { MessageEffect, RoomActivityStore } from '../../domain/rooms/room-activity.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { needsList } from '../mongodb/needs-list.ts';
import { withUpdatedAt } from '../mongodb/with-updated-at.ts';

/** `lm` moves to now, or past its value: no two messages of a room get the same time, whoever writes them. */
const nextMoment = (now: Date) => ({ $max: [now, { $add: ['$lm', 1] }] });

/** Maintains what rooms store about their messages. */
export function createRoomActivityStore(db: Db, clock: Clock, reporter: WriteReporter): RoomActivityStore {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const update = async (id: string, change: UpdateFilter<Room>, only: Filter<Room>): Promise<boolean> => {
    const { modifiedCount } = await rooms.updateOne({ ...only, _id: id }, withUpdatedAt(change, clock()));
    if (modifiedCount > 0) reporter.changed(id);
    return modifiedCount > 0;
  };
  /**
   * Counting a message and making it the last one is one write, whose filter does not match a second time. `lm` could
   * not decide which is the last: it also moves for messages that turn out to be stored already.
   */
  const recordAsLast = (id: string, message: LastMessage, effect: MessageEffect): Promise<boolean> => {
    const { $set, ...rest } = effectOf(effect, message.ts);
    const isEarlier = { 'lastMessage.ts': { $not: { $gte: message.ts } } };
    return needsList(update(id, { ...rest, $set: { ...$set, lastMessage: message } }, isEarlier));
  };

  return {
    async takeMessageTime(id, now, visitorId) {
      const room = await rooms.findOneAndUpdate(
        { _id: id, t: 'l', open: true, ...(visitorId === undefined ? {} : { 'v._id': visitorId }) },
        [{ $set: { lm: nextMoment(now), _updatedAt: now } }],
        { returnDocument: 'after' },
      );
      if (room) reporter.changed(id);
      return room;
    },
    async countMessages(id, count) {
      await update(id, { $inc: { msgs: count } }, { t: 'l' });
    },
    async recordMessage(id, message, effect) {
      if (await recordAsLast(id, message, effect)) return true;
      // One that was sent later but stored earlier stays the last one.
      return needsList(update(id, effectOf(effect, message.ts), { 'lastMessage._id': { $ne: message._id } }));
    },
    recordUncounted: recordAsLast,
    async replaceLastMessage(id, staleId, last) {
      const change = last ? { $set: { lastMessage: last } } : { $unset: { lastMessage: 1 as const } };
      await update(id, change, { 'lastMessage._id': staleId });
    },
  };
}

function effectOf(effect: MessageEffect, ts: Date): UpdateFilter<Room> {
  if (effect.from === 'visitor') {
    return {
      $inc: { msgs: 1 },
      $set: {
        waitingResponse: true,
        'v.lastMessageTs': ts,
        ...(effect.asks ? { 'metrics.v.lq': ts } : {}),
      },
    };
  }
  const { responseBy, answers, times, month } = effect;
  return {
    $inc: {
      msgs: 1,
      ...(times
        ? {
            'metrics.response.total': 1,
            'metrics.response.tt': times.response,
            'metrics.reaction.tt': times.reaction,
          }
        : {}),
    },
    $set: {
      ...(responseBy ? { responseBy } : {}),
      ...(answers ? { 'metrics.servedBy.lr': ts } : {}),
      ...(times ? { 'metrics.response.avg': times.average } : {}),
      ...(times?.isFirst
        ? {
            'metrics.response.fd': ts,
            'metrics.response.ft': times.response,
            'metrics.reaction.fd': ts,
            'metrics.reaction.ft': times.reaction,
          }
        : {}),
    },
    ...(responseBy ? { $unset: { waitingResponse: 1 } } : {}),
    ...(month === undefined ? {} : { $addToSet: { 'v.activity': month } }),
  };
}
