import { type RegisterVisitorDeps, registerVisitor } from '../../../domain/conversation/register-visitor.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { shownToVisitor } from '../../../domain/visitors/get-visitor.ts';
import { browserHeadersOf } from '../../../http/browser-headers.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, boolean, nullable, object, openObject, optional, string } from '../validation/schema.ts';

const visitor = openObject({
  token: string('token'),
  name: optional(string('name')),
  email: optional(string('email')),
  department: optional(string('id')),
  phone: optional(string('phone')),
  username: optional(nullable(string('username'))),
  id: optional(string('id')),
  identity: optional(nullable(string('identity'))),
  customFields: optional(
    arrayOf(openObject({ key: string('id'), value: string('fieldValue'), overwrite: boolean() })),
  ),
});

const accepted = params('match', { body: object({ visitor }) });

/** `POST livechat/visitor`: registers a visitor, or updates a known one. */
export const livechatVisitor = (deps: RegisterVisitorDeps) =>
  endpoint({
    operationId: 'livechat-visitor',
    method: 'post',
    path: '/livechat/visitor',
    access: { kind: 'public' },
    rateLimit: { calls: 5, perMs: 60_000 },
    input: accepted,
    visitorToken: ({ visitor }) => visitor.token,
    visitorEmail: ({ visitor }) => visitor.email,
    handle: async ({ visitor }, caller) => ({
      visitor: shownToVisitor(
        await registerVisitor(deps, {
          ...visitor,
          connection: connectionOf(caller),
          headers: browserHeadersOf(caller),
        }),
      ),
    }),
  });

/** What Rocket.Chat 8 stores of the headers of a visitor's first request. */
function connectionOf({ header, ip: address }: Caller) {
  const userAgent = header('user-agent')?.slice(0, maxLengths.header);
  const ip = (header('x-real-ip') ?? header('x-forwarded-for')) === undefined ? undefined : address;
  const host = header('host')?.slice(0, maxLengths.header);
  return {
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(ip === undefined ? {} : { ip }),
    ...(host === undefined ? {} : { host }),
  };
}
