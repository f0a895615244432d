import type { RoomStore } from '../../../domain/rooms/room.ts';
import { endpoint } from '../endpoint.ts';
import { notFound } from '../errors.ts';
import { idOf } from '../params.ts';
import { type ChatItemsDeps, chatItems, isMissed } from '../present-chat.ts';

/** `GET chats/:id`: one chat. */
export const chatsId = (deps: ChatItemsDeps & { readonly rooms: RoomStore }) =>
  endpoint({
    operationId: 'revechat-chats-id',
    path: '/chats/:id',
    input: idOf('Chat Id'),
    handle: async (id) => {
      const roomId = await deps.publicIds.findByNumber('chat', Number(id));
      const room = roomId === null ? null : await deps.rooms.findById(roomId);
      if (room === null) throw notFound('Chat', id);
      const [presented] = await chatItems(deps, [room]);
      return { ...presented, is_missed_chat: isMissed(room) };
    },
  });
