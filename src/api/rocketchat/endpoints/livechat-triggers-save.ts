import { type SaveTriggerDeps, saveTrigger } from '../../../domain/triggers/save-trigger.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import {
  arrayOf,
  boolean,
  exactlyOneOf,
  nullable,
  number,
  object,
  oneOf,
  optional,
  string,
} from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

const condition = object({
  name: oneOf('time-on-site', 'page-url', 'chat-opened-by-visitor', 'after-guest-registration'),
  value: nullable(string('pageAddress')),
});
const sender = oneOf('queue', 'custom');
const senderName = optional(nullable(string('name')));
const message = object({
  name: oneOf('send-message'),
  params: optional(nullable(object({ sender, msg: string('message'), name: senderName }))),
});
const service = object({
  name: oneOf('use-external-service'),
  params: optional(
    nullable(
      object({
        sender: optional(sender),
        name: senderName,
        serviceUrl: string('pageAddress'),
        serviceTimeout: number(),
        serviceFallbackMessage: string('message'),
      }),
    ),
  ),
});
const body = object({
  name: string('name'),
  description: string('description'),
  enabled: boolean(),
  runOnce: boolean(),
  conditions: arrayOf(condition, 1),
  actions: arrayOf(exactlyOneOf(message, service), 1),
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
      const named = actions.map(({ name, params: of }) => ({
        name,
        ...(of && { params: withoutNulls(of) }),
      }));
      await saveTrigger(deps, _id || undefined, { ...given, actions: named });
      return {};
    },
  });
