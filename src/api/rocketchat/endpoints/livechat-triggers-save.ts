import { type SaveTriggerDeps, saveTrigger } from '../../../domain/triggers/save-trigger.ts';
import { endpoint } from '../endpoint.ts';
import { actionOf, triggerAction, triggerFields } from '../trigger-data.ts';
import { params } from '../validation/params.ts';
import { arrayOf, nullable, object, oneOf, optional, string } from '../validation/schema.ts';

const condition = object({
  name: oneOf('time-on-site', 'page-url', 'chat-opened-by-visitor', 'after-guest-registration'),
  value: nullable(string('pageAddress')),
});
const body = object({
  ...triggerFields,
  conditions: arrayOf(condition, 1),
  actions: arrayOf(triggerAction, 1),
  _id: optional(nullable(string('id'))),
});

const accepted = params('legacy', { body });

/** `POST livechat/triggers`: changes the trigger with the id, or adds one. */
export const livechatTriggersSave = (deps: SaveTriggerDeps) =>
  endpoint({
    operationId: 'livechat-triggers-save',
    method: 'post',
    path: '/livechat/triggers',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ _id, actions, ...given }) => {
      await saveTrigger(deps, _id || undefined, { ...given, actions: actions.map(actionOf) });
      return {};
    },
  });
