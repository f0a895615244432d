import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('typed', { body: object({ customFieldId: string() }) });

/** `POST livechat/custom-fields.delete`: the field goes; what was filled in stays. */
export const livechatCustomFieldsDelete = ({ customFields }: Pick<Dependencies, 'customFields'>) =>
  endpoint({
    operationId: 'livechat-custom-fields-delete',
    method: 'post',
    path: '/livechat/custom-fields.delete',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ customFieldId }) => {
      if (!(await customFields.remove(customFieldId))) throw plainError('Custom field not found');
      return {};
    },
  });
