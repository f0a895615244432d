import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import { dateOf } from '../../domain/dates.ts';
import type { LastMessage } from '../../domain/rooms/last-message.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { MessageEffect, RoomActivityStore } from '../../domain/rooms/room-activity.ts';
import { updateAndReport, type WriteReporter } from '../feed/write-reporter.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { needsList } from '../mongodb/needs-list.ts';
import { withUpdatedAt } from '../mongodb/with-updated-at.ts';

/**
 * A message that a later one overtook on its way to being counted, or that another request counts. A TTL index removes
 * it after an hour.
 */
interface OvertakenMessage {
  /** The message's, if it is counted though it was never the last one; {@link takenOver} if another request counts it. */
  readonly _id: string;
  readonly at: Date;
}

const takenOver = (id: string) => `${id} taken over`;

/** `lm` moves to now, or past its value: no two messages of a room get the same time, whoever writes them. */
const nextMoment = (now: Date) => ({ $max: [now, { $add: ['$lm', 1] }] });

/** What {@link nextMoment} makes of a room. */
const momentAfter = (lm: Date | undefined, now: Date): Date =>
  lm === undefined ? now : new Date(Math.max(now.getTime(), lm.getTime() + 1));

/** The room with the time that was just taken, and whether a time that was taken before is still without its message. */
function takenTime(before: Room, now: Date): { readonly room: Room; readonly anyPending: boolean } {
  const [reserved, counted] = [dateOf(before.lm), dateOf(before.lastMessage?.ts ?? before.ts)];
  return {
    room: { ...before, lm: momentAfter(reserved, now) },
    anyPending: reserved !== undefined && counted !== undefined && reserved > counted,
  };
}

/** Makes the function that changes a room that passes a filter, and reports it; false if it changed nothing. */
const updaterOf =
  (rooms: Collection<Room>, clock: Clock, reporter: WriteReporter) =>
  (id: string, change: UpdateFilter<Room>, only: Filter<Room>): Promise<boolean> =>
    updateAndReport(rooms, { ...only, _id: id }, withUpdatedAt(change, clock()), reporter);

/**
 * Makes the function that counts a message and makes it the last one: in one write, whose filter does not match a second
 * time. `lm` could not decide which is the last: it also moves for messages that turn out to be stored already.
 */
const recorderOf =
  (rooms: Collection<Room>, clock: Clock, reporter: WriteReporter) =>
  async (id: string, message: LastMessage, effect: MessageEffect) => {
    const { $set, ...rest } = effectOf(effect, message.ts);
    const change = withUpdatedAt<Room>({ ...rest, $set: { ...$set, lastMessage: message } }, clock());
    const isEarlier = { _id: id, 'lastMessage.ts': { $not: { $gte: message.ts } } };
    const projection = { 'lastMessage.ts': 1 } as const;
    const before = await needsList(rooms.findOneAndUpdate(isEarlier, change, { projection }));
    if (before === null) return null;
    reporter.changed(id);
    return { isLast: true, previousTs: dateOf(before.lastMessage?.ts) };
  };

/** Maintains what rooms store about their messages. */
export function createRoomActivityStore(db: Db, clock: Clock, reporter: WriteReporter): RoomActivityStore {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const overtaken: Collection<OvertakenMessage> = db.collection('foyer_overtaken_message');
  const update = updaterOf(rooms, clock, reporter);
  const recordAsLast = recorderOf(rooms, clock, reporter);
  async function countOvertaken(id: string, message: LastMessage, effect: MessageEffect): Promise<boolean> {
    if (!(await insertNew(overtaken, { _id: message._id, at: clock() }))) return false;
    const isNotLast = { 'lastMessage._id': { $ne: message._id } };
    return needsList(update(id, overtakenEffectOf(effect, message.ts), isNotLast));
  }

  return {
    async takeMessageTime(id, now, visitorId) {
      const before = await rooms.findOneAndUpdate(
        { _id: id, t: 'l', open: true, ...(visitorId === undefined ? {} : { 'v._id': visitorId }) },
        [{ $set: { lm: nextMoment(now), _updatedAt: now } }],
      );
      return before && takenTime(before, now);
    },
    async countMessages(id, count) {
      return update(id, { $inc: { msgs: count } }, { t: 'l' });
    },
    async recordMessage(id, message, effect) {
      const asLast = await recordAsLast(id, message, effect);
      if (asLast) return asLast;
      if (await overtaken.findOne({ _id: takenOver(message._id) })) return null;
      return (await countOvertaken(id, message, effect)) ? { isLast: false } : null;
    },
    async recordUncounted(id, message, effect) {
      // First, so that the request that stored it, if it is only late, knows why a later message is the last one.
      await insertNew(overtaken, { _id: takenOver(message._id), at: clock() });
      return recordAsLast(id, message, effect);
    },
    countOvertaken,
    async replaceLastMessage(id, staleId, last) {
      const change = last ? { $set: { lastMessage: last } } : { $unset: { lastMessage: 1 as const } };
      await update(id, change, { 'lastMessage._id': staleId });
    },
  };
}

/** Who waits for whom, and since when, is up to the later message. */
function overtakenEffectOf(effect: MessageEffect, ts: Date): UpdateFilter<Room> {
  if (effect.from === 'visitor') return { $inc: { msgs: 1 } };
  const { $unset: _, ...rest } = effectOf(effect, ts);
  return rest;
}

function effectOf(effect: MessageEffect, ts: Date): UpdateFilter<Room> {
  // No time has been reserved for it.
  if (effect.from === 'system') return { $inc: { msgs: 1 }, $max: { lm: ts } };
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
