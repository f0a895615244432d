import {
  type RequestTranscriptDeps,
  requestTranscript,
} from '../../../domain/conversation/request-transcript.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = object({ rid: string('id') });
const body = object({ email: string('email'), subject: string('name') });

const accepted = params('legacy', { path, body });

/** `POST livechat/transcript/:rid`: an agent asks for a transcript, which is mailed when the room is closed. */
export const livechatTranscriptRid = (deps: RequestTranscriptDeps) =>
  endpoint({
    operationId: 'livechat-transcript-rid',
    method: 'post',
    path: '/livechat/transcript/:rid',
    access: { kind: 'all-of', permissions: ['send-omnichannel-chat-transcript'] },
    input: accepted,
    handle: async ({ rid, email, subject }, caller) => {
      await requestTranscript(deps, userOf(caller), rid, { email, subject });
      return {};
    },
  });
