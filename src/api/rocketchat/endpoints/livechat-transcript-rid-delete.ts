import {
  type RequestTranscriptDeps,
  withdrawTranscript,
} from '../../../domain/conversation/request-transcript.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ rid: string('id') }) });

/** `DELETE livechat/transcript/:rid`: an agent withdraws the request for a transcript. */
export const livechatTranscriptRidDelete = (deps: RequestTranscriptDeps) =>
  endpoint({
    operationId: 'livechat-transcript-rid-delete',
    method: 'delete',
    path: '/livechat/transcript/:rid',
    access: { kind: 'all-of', permissions: ['send-omnichannel-chat-transcript'] },
    input: accepted,
    handle: async ({ rid }, caller) => {
      await withdrawTranscript(deps, userOf(caller), rid);
      return {};
    },
  });
