import { type SendMessageDeps, sendAgentMessage } from '../../../domain/messages/send-message.ts';
import { userOf } from '../../../http/user-of.ts';
import { openObject, optional, string } from '../validation/schema.ts';
import { method } from './method.ts';

const message = openObject({
  _id: optional(string('id')),
  rid: string('id'),
  msg: optional(string('message')),
});

/** `sendMessage`: a user writes in a livechat room, as Rocket.Chat's own client does. */
export const sendMessage = (deps: SendMessageDeps) =>
  method({
    name: 'sendMessage',
    access: { kind: 'user' },
    parameters: [message],
    handle: ([{ _id, rid, msg = '' }], caller) =>
      sendAgentMessage(deps, userOf(caller), { rid, msg, id: _id || undefined }),
  });
