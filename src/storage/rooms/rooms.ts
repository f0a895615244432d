import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Closing, Room, RoomStore } from '../../domain/rooms/room.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { withUpdatedAt } from '../mongodb/with-updated-at.ts';
import { type RoomUpdate, roomMessages } from './room-messages.ts';
import { roomReads } from './room-reads.ts';

/** Livechat rooms in `rocketchat_room`. */
export function createRoomStore(db: Db, clock: Clock): RoomStore {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const update: RoomUpdate = async (filter, change) => {
    await rooms.updateMany(filter, withUpdatedAt(change, clock()));
  };
  const updateFound = (filter: Filter<Room>, change: UpdateFilter<Room>): Promise<Room | null> =>
    rooms.findOneAndUpdate(filter, withUpdatedAt(change, clock()), { returnDocument: 'after' });

  return {
    ...roomReads(rooms),
    ...roomMessages(rooms, update, clock),
    open: (room) => insertNew(rooms, { ...room, _updatedAt: clock() }),
    serve: (id, agent) =>
      updateFound(
        { _id: id, t: 'l', open: true, servedBy: { $exists: false } },
        { $set: { servedBy: agent }, $inc: { usersCount: 1 } },
      ),
    close: (id, closing) => updateFound({ _id: id, t: 'l', open: true }, closed(closing)),
    dropEmptyTags: (ids) => update({ _id: { $in: [...ids] }, tags: { $size: 0 } }, { $unset: { tags: 1 } }),
    rename: (ids, fname) => update({ _id: { $in: [...ids] }, t: 'l' }, { $set: { fname } }),
    setContact: (visitorId, { type, id }, { _id, name }) =>
      update(
        { 'v._id': visitorId, t: 'l', 'source.type': type, ...(id ? { 'source.id': id } : {}) },
        { $set: { contactId: _id, ...(name ? { fname: name } : {}) } },
      ),
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

const closed = (closing: Closing): UpdateFilter<Room> => ({
  $set: {
    closedAt: closing.closedAt,
    closer: closing.closer,
    closedBy: closing.closedBy,
    ...(closing.tags ? { tags: closing.tags } : {}),
    ...(closing.chatDuration === undefined ? {} : { 'metrics.chatDuration': closing.chatDuration }),
    ...(closing.serviceTimeDuration === undefined
      ? {}
      : { 'metrics.serviceTimeDuration': closing.serviceTimeDuration }),
    'v.status': 'offline',
  },
  $unset: { open: 1 },
});
