import {
  type SetCustomFieldValuesDeps,
  setCustomFieldValue,
} from '../../../domain/conversation/set-custom-field-values.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, object, string } from '../validation/schema.ts';

const accepted = params('legacy', {
  body: object({
    token: string('token'),
    key: string('id'),
    value: string('fieldValue'),
    overwrite: boolean(),
  }),
});

/**
 * `POST livechat/custom.field`: a visitor sets the value of one custom field, on themselves or on their open rooms.
 */
export const livechatCustomFieldSetValue = (deps: SetCustomFieldValuesDeps) =>
  endpoint({
    operationId: 'livechat-custom-field-set-value',
    method: 'post',
    path: '/livechat/custom.field',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token, key, value, overwrite }) => {
      const field = { key, value, overwrite };
      await setCustomFieldValue(deps, token, field);
      return { field };
    },
  });
