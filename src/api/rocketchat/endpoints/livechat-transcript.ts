import { type SendTranscriptDeps, sendTranscript } from '../../../domain/conversation/send-transcript.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, optional, string } from '../validation/schema.ts';

const body = object({
  rid: string('id'),
  token: string('token'),
  email: string('email'),
  subject: optional(string('name')),
});

const accepted = params('legacy', { body });

/** `POST livechat/transcript`: a visitor has what was said in their room mailed to an address. */
export const livechatTranscript = (deps: SendTranscriptDeps) =>
  endpoint({
    operationId: 'livechat-transcript',
    method: 'post',
    path: '/livechat/transcript',
    access: { kind: 'public' },
    // What is mailed, and to whom, is up to the visitor: an address may not have mails sent to the whole world.
    rateLimit: { calls: 5, perMs: 60_000, mostVisitors: 4 },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ rid, token, email, subject = '' }) => {
      await sendTranscript(deps, { rid, token, email, subject });
      return { message: 'Omnichannel transcript sent' };
    },
  });
