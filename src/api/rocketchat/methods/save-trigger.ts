import { type SaveTriggerDeps, saveTrigger as save } from '../../../domain/triggers/save-trigger.ts';
import { actionOf, triggerAction, triggerFields } from '../trigger-data.ts';
import { arrayOf, nullable, object, optional, string } from '../validation/schema.ts';
import { method } from './method.ts';

// Unlike the endpoint, the method takes conditions by any name; the widget knows some of them.
const condition = object({ name: string('name'), value: nullable(string('pageAddress')) });
const trigger = object({
  ...triggerFields,
  conditions: arrayOf(condition),
  actions: arrayOf(triggerAction),
  _id: optional(nullable(string('id'))),
});

/** `livechat:saveTrigger`: changes the trigger with the id, or adds one. */
export const saveTrigger = (deps: SaveTriggerDeps) =>
  method({
    name: 'livechat:saveTrigger',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    parameters: [trigger],
    handle: async ([{ _id, actions, ...given }]) => {
      await save(deps, _id || undefined, { ...given, actions: actions.map(actionOf) });
      return true;
    },
  });
