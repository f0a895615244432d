import type { Collection, Db } from 'mongodb';
import type { Room } from '../../domain/rooms/room.ts';
import type { FoundChat, RoomSearch } from '../../domain/rooms/room-search.ts';
import { findPage } from '../mongodb/find-page.ts';
import { chatFilter, roomFilter, visitorRoomsFilter } from './room-filter.ts';

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

/** Finds livechat rooms in `rocketchat_room`. */
export function createRoomSearch(db: Db): RoomSearch {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  return {
    listByVisitor: (ofVisitor, page) => findPage(rooms, visitorRoomsFilter(ofVisitor), page),
    async listChatIds(ofVisitor, filter) {
      const found = await rooms
        .find(chatFilter(ofVisitor, filter))
        .project<Pick<Room, '_id'>>({ _id: 1 })
        .toArray();
      return found.map(({ _id }) => _id);
    },
    listChats: (ofVisitor, filter, among, page) =>
      findPage<Room, FoundChat>(
        rooms,
        { ...chatFilter(ofVisitor, filter), ...(among ? { _id: { $in: [...among] } } : {}) },
        page,
        foundChat,
      ),
    list: (filter, page) => findPage(rooms, roomFilter(filter), page),
  };
}
