import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `DELETE livechat/triggers/:_id`: removes a trigger, if there is one. */
export const livechatTriggersDelete = ({ triggers }: Pick<Dependencies, 'triggers'>) =>
  endpoint({
    operationId: 'livechat-triggers-delete',
    method: 'delete',
    path: '/livechat/triggers/:_id',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ _id }) => {
      await triggers.delete(_id);
      return {};
    },
  });
