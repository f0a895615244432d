import { type RemoveVisitorDeps, removeVisitor } from '../../../domain/conversation/remove-visitor.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

type Deps = RemoveVisitorDeps & Pick<Dependencies, 'clock'>;

const accepted = params('legacy', { path: object({ token: string('token') }) });

/** `DELETE livechat/visitor/:token`: deletes the visitor with all of their conversations. */
export const livechatVisitorDelete = (deps: Deps) =>
  endpoint({
    operationId: 'livechat-visitor-delete',
    method: 'delete',
    path: '/livechat/visitor/:token',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token }) => {
      const { _id } = await removeVisitor(deps, token);
      return { visitor: { _id, ts: deps.clock() } };
    },
  });
