import { getRoomMessage, type VisitorMessagesDeps } from '../../../domain/messages/visitor-messages.ts';
import { forWidgetHistory } from '../../../domain/messages/widget-message.ts';
import { endpoint } from '../endpoint.ts';
import { type FileUploadsDeps, withFileUpload } from '../file-uploads.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = object({ _id: string('id') });
const query = object({ token: string('token'), rid: string('id') });

const accepted = params('legacy', { path, query });

/** `GET livechat/message/:_id`: a message in a visitor's room. */
export const livechatMessageGet = (deps: VisitorMessagesDeps & FileUploadsDeps) =>
  endpoint({
    operationId: 'livechat-message-get',
    method: 'get',
    path: '/livechat/message/:_id',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ _id, token, rid }, { isWidget }) => {
      const message = await withFileUpload(deps, await getRoomMessage(deps, { token, rid }, _id));
      return { message: isWidget ? forWidgetHistory(message) : message };
    },
  });
