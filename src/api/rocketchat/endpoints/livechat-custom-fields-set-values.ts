import {
  type SetCustomFieldValuesDeps,
  setCustomFieldValues,
} from '../../../domain/conversation/set-custom-field-values.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, boolean, object, string } from '../validation/schema.ts';

const field = object({ key: string('id'), value: string('fieldValue'), overwrite: boolean() });

const accepted = params('legacy', { body: object({ token: string('token'), customFields: arrayOf(field) }) });

/**
 * `POST livechat/custom.fields`: a visitor sets the values of several custom fields. The answer spells `Key` with a
 * capital, as Rocket.Chat's does.
 */
export const livechatCustomFieldsSetValues = (deps: SetCustomFieldValuesDeps) =>
  endpoint({
    operationId: 'livechat-custom-fields-set-values',
    method: 'post',
    path: '/livechat/custom.fields',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token, customFields }) => {
      const saved = await setCustomFieldValues(deps, token, customFields);
      return { fields: saved.map(({ key, value, overwrite }) => ({ Key: key, value, overwrite })) };
    },
  });
