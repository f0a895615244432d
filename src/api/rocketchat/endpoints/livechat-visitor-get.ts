import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { meteorError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ token: string() }) });

/** `GET livechat/visitor/:token`: the whole visitor. */
export const livechatVisitorGet = ({ visitors }: Pick<Dependencies, 'visitors'>) =>
  endpoint({
    operationId: 'livechat-visitor-get',
    method: 'get',
    path: '/livechat/visitor/:token',
    access: { kind: 'public' },
    input: accepted,
    handle: async ({ token }) => {
      const visitor = await visitors.findByToken(token);
      if (!visitor) throw meteorError('invalid-token');
      return { visitor };
    },
  });
