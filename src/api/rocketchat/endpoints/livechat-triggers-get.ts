import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `GET livechat/triggers/:_id`: one trigger; null if it is unknown. */
export const livechatTriggersGet = ({ triggers }: Pick<Dependencies, 'triggers'>) =>
  endpoint({
    operationId: 'livechat-triggers-get',
    method: 'get',
    path: '/livechat/triggers/:_id',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ _id }) => ({ trigger: await triggers.findById(_id) }),
  });
