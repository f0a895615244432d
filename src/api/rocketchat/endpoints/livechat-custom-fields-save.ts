import {
  type DefineCustomFieldDeps,
  defineCustomField,
} from '../../../domain/custom-fields/define-custom-field.ts';
import { customFieldData } from '../custom-field-data.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

const accepted = params('typed', {
  body: object({ customFieldId: optional(nullable(string('id'))), customFieldData }),
});

/** `POST livechat/custom-fields.save`: defines a field, or changes the one with the id. */
export const livechatCustomFieldsSave = (deps: DefineCustomFieldDeps) =>
  endpoint({
    operationId: 'livechat-custom-fields-save',
    method: 'post',
    path: '/livechat/custom-fields.save',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ customFieldId, customFieldData }) => ({
      customField: await defineCustomField(deps, customFieldId ?? undefined, withoutNulls(customFieldData)),
    }),
  });
