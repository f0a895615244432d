import {
  type DefineCustomFieldDeps,
  defineCustomField,
} from '../../../domain/custom-fields/define-custom-field.ts';
import { customFieldData } from '../custom-field-data.ts';
import { nullable, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';
import { method } from './method.ts';

/** `livechat:saveCustomField`: defines a custom field, as clients up to 7.x do, or changes the one with the id. */
export const saveCustomField = (deps: DefineCustomFieldDeps) =>
  method({
    name: 'livechat:saveCustomField',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    parameters: [nullable(string('id')), customFieldData],
    handle: ([id, data]) => defineCustomField(deps, id ?? undefined, withoutNulls(data)),
  });
