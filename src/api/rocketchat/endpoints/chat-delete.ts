import { type ChangeMessagesDeps, deleteMessage } from '../../../domain/messages/change-messages.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, nullable, object, optional, string } from '../validation/schema.ts';

const body = object({
  msgId: string('id'),
  roomId: string('id'),
  // Accepted but not used: who may delete a message does not depend on it.
  asUser: optional(nullable(boolean())),
});

const accepted = params('legacy', { body });

/** `POST chat.delete`: a user deletes a message in a livechat room. */
export const chatDelete = (deps: ChangeMessagesDeps) =>
  endpoint({
    operationId: 'chat-delete',
    method: 'post',
    path: '/chat.delete',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ roomId, msgId }, caller) => {
      const { _id, rid, u } = await deleteMessage(deps, userOf(caller), { roomId, msgId });
      return { _id, ts: String(deps.clock().getTime()), message: { _id, rid, u } };
    },
  });
