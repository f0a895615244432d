import type { Collection } from 'mongodb';
import type { FoundChat, Room, RoomReads } from '../../domain/rooms/room.ts';
import { findPage } from '../mongodb/find-page.ts';
import { chatFilter, roomFilter } from './room-filter.ts';

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

const newest = { sort: { ts: -1 } } as const;

/** Finds and lists livechat rooms. */
export function roomReads(rooms: Collection<Room>): RoomReads {
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
  };
}
