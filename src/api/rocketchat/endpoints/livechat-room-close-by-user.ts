import { type CloseRoomDeps, closeByUser } from '../../../domain/conversation/close-room.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, boolean, nullable, object, optional, string } from '../validation/schema.ts';

const body = object({
  rid: string('id'),
  comment: optional(nullable(string('message'))),
  tags: optional(nullable(arrayOf(string('id')))),
  generateTranscriptPdf: optional(nullable(boolean())),
  transcriptEmail: optional(
    object({
      sendToVisitor: boolean(),
      requestData: optional(object({ email: string('email'), subject: string('name') })),
    }),
  ),
  forceClose: optional(boolean()),
});

const accepted = params('legacy', { body });

/** `POST livechat/room.closeByUser`: an agent closes a room. No PDF is made of it. */
export const livechatRoomCloseByUser = (deps: CloseRoomDeps) =>
  endpoint({
    operationId: 'livechat-room-close-by-user',
    method: 'post',
    path: '/livechat/room.closeByUser',
    access: { kind: 'all-of', permissions: ['close-livechat-room'] },
    input: accepted,
    handle: async ({ rid, comment, tags, transcriptEmail, forceClose }, caller) => {
      const transcript = transcriptEmail?.sendToVisitor === false ? null : transcriptEmail?.requestData;
      const closing = {
        rid,
        comment: comment ?? '',
        tags: tags ?? [],
        transcript,
        force: forceClose ?? false,
      };
      await closeByUser(deps, userOf(caller), closing);
      return {};
    },
  });
