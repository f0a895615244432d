import { readRoomEvent } from './room-event.ts';
import type { RoomTopic } from './room-watcher.ts';
import type { Rooms } from './rooms.ts';
import type { Stream } from './stream.ts';

/** `stream-room-messages`: the messages of the room that the event is named after, new and changed ones. */
export const roomMessages = (rooms: Rooms): Stream => ({
  name: 'stream-room-messages',
  open: (request) => rooms.watch(request, request.eventName, 'message'),
});

const topics: Readonly<Record<string, RoomTopic>> = {
  typing: 'typing',
  'user-activity': 'user-activity',
  deleteMessage: 'deleteMessage',
};

/** `stream-notify-room`: who is typing in a room, and which of its messages are deleted. Other events never occur. */
export const notifyRoom = (rooms: Rooms): Stream => ({
  name: 'stream-notify-room',
  async open(request) {
    const { rid, event } = readRoomEvent(request.eventName);
    return rooms.watch(request, rid, topics[event] ?? 'nothing');
  },
});

/** `stream-livechat-room`: what the visitor is told about the room itself. */
export const livechatRoom = (rooms: Rooms): Stream => ({
  name: 'stream-livechat-room',
  open: (request) => rooms.watch(request, request.eventName, 'livechat-room'),
});
