import {
  type SaveCustomFieldsDeps,
  saveCustomField,
} from '../../../domain/conversation/save-custom-fields.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, object, string } from '../validation/schema.ts';

const accepted = params('legacy', {
  body: object({ token: string(), key: string(), value: string(), overwrite: boolean() }),
});

/** `POST livechat/custom.field`: the visitor fills in one custom field, of its own or of its open rooms. */
export const livechatCustomField = (deps: SaveCustomFieldsDeps) =>
  endpoint({
    operationId: 'livechat-custom-field',
    method: 'post',
    path: '/livechat/custom.field',
    access: { kind: 'public' },
    input: accepted,
    handle: async ({ token, key, value, overwrite }) => {
      const field = { key, value, overwrite };
      await saveCustomField(deps, token, field);
      return { field };
    },
  });
