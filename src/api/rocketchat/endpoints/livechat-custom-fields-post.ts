import {
  type SaveCustomFieldsDeps,
  saveCustomFields,
} from '../../../domain/conversation/save-custom-fields.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, boolean, object, string } from '../validation/schema.ts';

const field = object({ key: string(), value: string(), overwrite: boolean() });

const accepted = params('legacy', { body: object({ token: string(), customFields: arrayOf(field) }) });

/** `POST livechat/custom.fields`: several at once. The answer writes `Key` with a capital, as Rocket.Chat's does. */
export const livechatCustomFieldsPost = (deps: SaveCustomFieldsDeps) =>
  endpoint({
    operationId: 'livechat-custom-fields-post',
    method: 'post',
    path: '/livechat/custom.fields',
    access: { kind: 'public' },
    input: accepted,
    handle: async ({ token, customFields }) => {
      const saved = await saveCustomFields(deps, token, customFields);
      return { fields: saved.map(({ key, value, overwrite }) => ({ Key: key, value, overwrite })) };
    },
  });
