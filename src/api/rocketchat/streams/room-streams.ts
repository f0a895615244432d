import { readRoomEvent } from './room-event.ts';
import type { RoomTopic } from './room-watcher.ts';
import type { Rooms } from './rooms.ts';
import type { Seats } from './seats.ts';
import type { Stream } from './stream.ts';

/**
 * `stream-room-messages`: the messages of the room that the event is named after, new and changed ones; with
 * `__my_messages__`, those of all rooms that the user has a seat in, as bots want it.
 */
export const roomMessages = (rooms: Rooms, seats: Seats): Stream => ({
  name: 'stream-room-messages',
  open: async (request) =>
    request.eventName === '__my_messages__'
      ? seats.watch(request, 'my-messages')
      : rooms.watch(request, request.eventName, 'message'),
});

const topics: Readonly<Record<string, RoomTopic>> = {
  typing: 'typing',
  'user-activity': 'user-activity',
  deleteMessage: 'deleteMessage',
};

/** `stream-notify-room`: who is typing in a room, and which of its messages are deleted. Other events never occur. */
export const notifyRoom = (rooms: Rooms): Stream => ({
  name: 'stream-notify-room',
  open: async (request) => {
    const { rid, event } = readRoomEvent(request.eventName);
    return rooms.watch(request, rid, topics[event] ?? 'nothing');
  },
});

/** `stream-livechat-room`: who serves the room, and how present they are. */
export const livechatRoom = (rooms: Rooms): Stream => ({
  name: 'stream-livechat-room',
  open: (request) => rooms.watch(request, request.eventName, 'livechat-room'),
});
