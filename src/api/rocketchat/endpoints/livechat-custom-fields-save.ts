import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../../../http/endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../params.ts';
import { boolean, matching, nullable, object, oneOf, optional, string } from '../schema.ts';

const customFieldData = object({
  field: matching(/^[0-9a-zA-Z_-]+$/),
  label: string(),
  scope: oneOf('visitor', 'room'),
  visibility: string(),
  type: optional(string()),
  regexp: optional(string()),
  required: optional(boolean()),
  defaultValue: optional(string()),
  options: optional(string()),
  public: optional(boolean()),
  searchable: optional(boolean()),
});

const accepted = params('typed', { body: object({ customFieldId: nullable(string()), customFieldData }) });

/** `POST livechat/custom-fields.save`: defines a field, or changes the one with the id. */
export const livechatCustomFieldsSave = ({ customFields }: Pick<Dependencies, 'customFields'>) =>
  endpoint({
    operationId: 'livechat-custom-fields-save',
    method: 'post',
    path: '/livechat/custom-fields.save',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ customFieldId, customFieldData: { field, ...data } }) => {
      const customField = customFieldId
        ? await customFields.update(customFieldId, data)
        : await customFields.create(field, data);
      if (!customField) {
        throw plainError(customFieldId ? 'Custom Field Not found' : 'Custom Field already exists');
      }
      return { customField };
    },
  });
