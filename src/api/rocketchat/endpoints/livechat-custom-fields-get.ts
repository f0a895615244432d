import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `GET livechat/custom-fields/:_id`: one field; null if it is unknown. */
export const livechatCustomFieldsGet = ({ customFields }: Pick<Dependencies, 'customFields'>) =>
  endpoint({
    operationId: 'livechat-custom-fields-get',
    method: 'get',
    path: '/livechat/custom-fields/:_id',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ _id }) => ({ customField: await customFields.findById(_id) }),
  });
