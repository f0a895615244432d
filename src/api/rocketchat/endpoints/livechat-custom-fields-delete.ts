import {
  type DefineCustomFieldDeps,
  removeCustomField,
} from '../../../domain/custom-fields/define-custom-field.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('typed', { body: object({ customFieldId: string('id') }) });

/** `POST livechat/custom-fields.delete`: removes a field; stored values stay. */
export const livechatCustomFieldsDelete = (deps: DefineCustomFieldDeps) =>
  endpoint({
    operationId: 'livechat-custom-fields-delete',
    method: 'post',
    path: '/livechat/custom-fields.delete',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ customFieldId }) => {
      await removeCustomField(deps, customFieldId);
      return {};
    },
  });
