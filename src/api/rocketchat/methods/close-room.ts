import { type CloseRoomDeps, closeByUser } from '../../../domain/conversation/close-room.ts';
import { userOf } from '../../../http/user-of.ts';
import { arrayOf, boolean, nullable, openObject, optional, string } from '../validation/schema.ts';
import { method } from './method.ts';

const transcript = openObject({ email: string('email'), subject: string('name') });
const options = openObject({
  tags: optional(nullable(arrayOf(string('id')))),
  emailTranscript: optional(
    nullable(openObject({ sendToVisitor: boolean(), requestData: optional(transcript) })),
  ),
});

/** `livechat:closeRoom`: an agent closes a room, and may say where the transcript goes. No PDF is made of it. */
export const closeRoom = (deps: CloseRoomDeps) =>
  method({
    name: 'livechat:closeRoom',
    access: { kind: 'all-of', permissions: ['close-livechat-room'] },
    parameters: [string('id'), nullable(string('message')), nullable(options)],
    handle: async ([rid, comment, given], caller) => {
      const { sendToVisitor, requestData } = given?.emailTranscript ?? {};
      await closeByUser(deps, userOf(caller), {
        rid,
        comment: comment ?? '',
        tags: given?.tags ?? [],
        force: false,
        transcript: sendToVisitor === false ? null : requestData,
      });
    },
  });
