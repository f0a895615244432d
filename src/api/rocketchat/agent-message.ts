import type { AgentMessage } from '../../domain/messages/send-message.ts';
import { badLink, invalidData, readAttachments } from './message-attachments.ts';
import { any, arrayOf, nullable, openObject, optional, type Read, string } from './validation/schema.ts';

/** What a user's message may have besides its text. */
export const messageParts = {
  alias: optional(nullable(string('name'))),
  emoji: optional(nullable(string('word'))),
  avatar: optional(nullable(string('pageAddress'))),
  attachments: optional(nullable(arrayOf(any('message')))),
  // If there are any, the message is refused.
  customFields: optional(any('description')),
};

/** A user's message, as they send it; what else is in it is ignored. */
export const agentMessage = openObject({
  ...messageParts,
  _id: optional(nullable(string('id'))),
  rid: optional(nullable(string('id'))),
  msg: optional(nullable(string('message'))),
  // Likewise.
  t: optional(any('word')),
});

/**
 * What a user means to send.
 * @param caller the endpoint or method, which Rocket.Chat names when it refuses.
 * @throws {AppError} `invalid-data`, with Rocket.Chat's words, for a message of the system, one without a room or with
 *   custom fields, a picture with a bad address, and bad attachments.
 */
export function readAgentMessage(given: Read<typeof agentMessage>, caller: string): AgentMessage {
  const { _id, rid, msg, alias, emoji, avatar, attachments } = given;
  if (given.t) throw invalidData(`Cannot send system messages using '${caller}'`);
  if (!rid) throw invalidData("The 'rid' property on the message object is missing.");
  if (given.customFields) throw invalidData('Custom fields not enabled');
  if (avatar && !/^(https?:\/\/|data:image\/|\/(?!\/))/.test(avatar)) throw invalidData(badLink);
  return {
    rid,
    msg: msg ?? '',
    id: _id || undefined,
    ...(alias && { alias }),
    ...(emoji && { emoji }),
    ...(avatar && { avatar }),
    ...(attachments?.length && { attachments: readAttachments(attachments) }),
  };
}
