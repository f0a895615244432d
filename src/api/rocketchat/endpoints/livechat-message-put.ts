import { editOwnMessage, type VisitorMessagesDeps } from '../../../domain/messages/visitor-messages.ts';
import { endpoint } from '../endpoint.ts';
import { type FileUploadsDeps, withFileUpload } from '../file-uploads.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = object({ _id: string('id') });
const body = object({ token: string('token'), rid: string('id'), msg: string('message') });

const accepted = params('legacy', { path, body });

/** `PUT livechat/message/:_id`: a visitor edits one of their messages. */
export const livechatMessagePut = (deps: VisitorMessagesDeps & FileUploadsDeps) =>
  endpoint({
    operationId: 'livechat-message-put',
    method: 'put',
    path: '/livechat/message/:_id',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ _id, token, rid, msg }) => ({
      message: await withFileUpload(deps, await editOwnMessage(deps, { token, rid }, _id, msg)),
    }),
  });
