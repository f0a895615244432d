import {
  type DefineCustomFieldDeps,
  removeCustomField as remove,
} from '../../../domain/custom-fields/define-custom-field.ts';
import { string } from '../validation/schema.ts';
import { method } from './method.ts';

/**
 * `livechat:removeCustomField`: removes a custom field; stored values stay. The answer is that of MongoDB's driver.
 */
export const removeCustomField = (deps: DefineCustomFieldDeps) =>
  method({
    name: 'livechat:removeCustomField',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    parameters: [string('id')],
    handle: async ([id]) => {
      await remove(deps, id);
      return { acknowledged: true, deletedCount: 1 };
    },
  });
