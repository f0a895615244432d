import { type ShowMessageDeps, showMessage } from '../../../domain/conversation/read-rooms.ts';
import { type ChangeMessagesDeps, editMessage } from '../../../domain/messages/change-messages.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { any, arrayOf, nullable, object, optional, string } from '../validation/schema.ts';

const body = object({
  roomId: string('id'),
  msgId: string('id'),
  text: string('message'),
  // Accepted but not used: links are not looked up.
  previewUrls: optional(nullable(arrayOf(string('pageAddress')))),
  // If there are any, the message is refused.
  customFields: optional(any('description')),
});

const accepted = params('legacy', { body });

/** `POST chat.update`: a user changes the text of a message in a livechat room. */
export const chatUpdate = (deps: ChangeMessagesDeps & ShowMessageDeps) =>
  endpoint({
    operationId: 'chat-update',
    method: 'post',
    path: '/chat.update',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ roomId, msgId, text, customFields }, caller) => {
      if (customFields) throw plainError('Custom fields not enabled');
      const user = userOf(caller);
      const { _id } = await editMessage(deps, user, { roomId, msgId }, text);
      return { message: await showMessage(deps, user, _id) };
    },
  });
