import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { meteorError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

type Deps = Pick<Dependencies, 'visitors' | 'rooms' | 'inquiries'>;

const accepted = params('match', { body: object({ token: string(), status: string() }) });

/** `POST livechat/visitor.status`: shown on the visitor's open rooms and in the queue; the visitor is not changed. */
export const livechatVisitorStatus = ({ visitors, rooms, inquiries }: Deps) =>
  endpoint({
    operationId: 'livechat-visitor-status',
    method: 'post',
    path: '/livechat/visitor.status',
    access: { kind: 'public' },
    input: accepted,
    handle: async ({ token, status }) => {
      if (!(await visitors.findByToken(token))) throw meteorError('invalid-token');
      await Promise.all([rooms.setVisitorStatus(token, status), inquiries.setVisitorStatus(token, status)]);
      return { token, status };
    },
  });
