import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../domain/clock.ts';
import type { Closing, FoundChat, MessageEffect, Room, RoomStore } from '../domain/room.ts';
import { isDuplicateKey } from './client.ts';
import { findPage } from './find-page.ts';
import { chatFilter, roomFilter } from './room-filter.ts';

/** `lm` moves to now, or past what it is: messages of one room never share a moment, whoever writes them. */
const nextMoment = (now: Date) => ({ $max: [now, { $add: ['$lm', 1] }] });

const foundChat = {
  fname: 1,
  ts: 1,
  v: 1,
  msgs: 1,
  servedBy: 1,
  closedAt: 1,
  closedBy: 1,
  closer: 1,
  tags: 1,
} as const;

/** Livechat rooms in `rocketchat_room`. */
export function createRoomStore(db: Db, clock: Clock): RoomStore {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const newest = { sort: { ts: -1 } } as const;
  const update = async (filter: Filter<Room>, change: UpdateFilter<Room>): Promise<void> => {
    await rooms.updateMany(filter, stamped(change, clock()));
  };
  const updateFound = (filter: Filter<Room>, change: UpdateFilter<Room>): Promise<Room | null> =>
    rooms.findOneAndUpdate(filter, stamped(change, clock()), { returnDocument: 'after' });

  return {
    findById: (id) => rooms.findOne({ _id: id, t: 'l' }),
    findOpenByIdAndToken: (id, token) => rooms.findOne({ _id: id, t: 'l', open: true, 'v.token': token }),
    findByIdAndToken: (id, token) => rooms.findOne({ _id: id, t: 'l', 'v.token': token }),
    findOpenByToken: (token) => rooms.findOne({ 'v.token': token, open: true, t: 'l' }, newest),
    listOpenByToken: (token) => rooms.find({ 'v.token': token, open: true, t: 'l' }, newest).toArray(),
    async listIdsByVisitor(visitorId) {
      const found = await rooms
        .find({ 'v._id': visitorId, t: 'l' })
        .project<Pick<Room, '_id'>>({ _id: 1 })
        .toArray();
      return found.map(({ _id }) => _id);
    },
    listByVisitor: (visitorId, page) => findPage(rooms, { 'v._id': visitorId, t: 'l' }, page),
    async listChatIds(visitorId, filter) {
      const found = await rooms
        .find(chatFilter(visitorId, filter))
        .project<Pick<Room, '_id'>>({ _id: 1 })
        .toArray();
      return found.map(({ _id }) => _id);
    },
    listChats: (visitorId, filter, among, page) =>
      findPage<Room, FoundChat>(
        rooms,
        { ...chatFilter(visitorId, filter), ...(among ? { _id: { $in: [...among] } } : {}) },
        page,
        foundChat,
      ),
    list: (filter, page) => findPage(rooms, roomFilter(filter), page),
    async open(room) {
      try {
        await rooms.insertOne({ ...room, _updatedAt: clock() });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    takeMessageTime: (id, now, token) =>
      rooms.findOneAndUpdate(
        { _id: id, t: 'l', open: true, ...(token === undefined ? {} : { 'v.token': token }) },
        [{ $set: { lm: nextMoment(now), _updatedAt: now } }],
        { returnDocument: 'after' },
      ),
    countMessages: (id, count) => update({ _id: id, t: 'l' }, { $inc: { msgs: count } }),
    async recordMessage(id, message, effect) {
      const now = clock();
      await rooms.bulkWrite(
        [
          { updateOne: { filter: { _id: id }, update: stamped(effectOf(effect, message.ts), now) } },
          // A message that was sent later and stored earlier stays the last one.
          {
            updateOne: {
              filter: { _id: id, lm: message.ts },
              update: { $set: { lastMessage: message } },
            },
          },
        ],
        { ordered: false },
      );
    },
    replaceLastMessage: (id, message) =>
      update({ _id: id, 'lastMessage._id': message._id }, { $set: { lastMessage: message } }),
    async uncountMessage(id, messageId, last) {
      await update({ _id: id, t: 'l' }, { $inc: { msgs: -1 } });
      await update(
        { _id: id, 'lastMessage._id': messageId },
        last ? { $set: { lastMessage: last } } : { $unset: { lastMessage: 1 } },
      );
    },
    serve: (id, agent) =>
      updateFound(
        { _id: id, t: 'l', open: true, servedBy: { $exists: false } },
        { $set: { servedBy: agent }, $inc: { usersCount: 1 } },
      ),
    close: (id, closing) => updateFound({ _id: id, t: 'l', open: true }, closed(closing)),
    dropEmptyTags: (ids) => update({ _id: { $in: [...ids] }, tags: { $size: 0 } }, { $unset: { tags: 1 } }),
    rename: (ids, fname) => update({ _id: { $in: [...ids] }, t: 'l' }, { $set: { fname } }),
    setVisitorStatus: (token, status) =>
      update({ 'v.token': token, open: true, t: 'l' }, { $set: { 'v.status': status } }),
    setLivechatData: (token, key, value, overwrite) => {
      const field = `livechatData.${key}`;
      const missing = overwrite ? {} : { [field]: { $in: [null, ''] } };
      return update({ 'v.token': token, open: true, t: 'l', ...missing }, { $set: { [field]: value } });
    },
    async deleteByVisitor(visitorId) {
      await rooms.deleteMany({ 'v._id': visitorId, t: 'l' });
    },
  };
}

const stamped = (change: UpdateFilter<Room>, now: Date): UpdateFilter<Room> => ({
  ...change,
  $set: { ...change.$set, _updatedAt: now },
});

const closed = (closing: Closing): UpdateFilter<Room> => ({
  $set: {
    closedAt: closing.closedAt,
    closer: closing.closer,
    closedBy: closing.closedBy,
    ...(closing.tags ? { tags: closing.tags } : {}),
    'metrics.chatDuration': closing.chatDuration,
    ...(closing.serviceTimeDuration === undefined
      ? {}
      : { 'metrics.serviceTimeDuration': closing.serviceTimeDuration }),
    'v.status': 'offline',
  },
  $unset: { open: 1 },
});

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
    $addToSet: { 'v.activity': month },
  };
}
