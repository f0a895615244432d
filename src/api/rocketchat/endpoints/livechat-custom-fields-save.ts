import type { Dependencies } from '../../../domain/dependencies.ts';
import { customFieldData } from '../custom-field-data.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

const accepted = params('typed', {
  body: object({ customFieldId: optional(nullable(string())), customFieldData }),
});

/** `POST livechat/custom-fields.save`: defines a field, or changes the one with the id. */
export const livechatCustomFieldsSave = ({ customFields }: Pick<Dependencies, 'customFields'>) =>
  endpoint({
    operationId: 'livechat-custom-fields-save',
    method: 'post',
    path: '/livechat/custom-fields.save',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ customFieldId, customFieldData: { field, ...given } }) => {
      const data = withoutNulls(given);
      const customField = customFieldId
        ? await customFields.update(customFieldId, data)
        : await customFields.create(field, data);
      if (!customField) {
        throw plainError(customFieldId ? 'Custom Field Not found' : 'Custom Field already exists');
      }
      return { customField };
    },
  });
