import { type ChangeSettingDeps, changeSettings } from '../../../domain/settings/change-setting.ts';
import { endpoint } from '../endpoint.ts';
import { bareFailure } from '../errors.ts';
import { params } from '../validation/params.ts';
import { boolean, number, object, optional, string } from '../validation/schema.ts';

const text = optional(string('setting'));
const isOn = optional(boolean());
const body = object({
  LivechatWebhookUrl: text,
  LivechatSecretToken: text,
  LivechatHttpTimeout: optional(number()),
  LivechatWebhookOnStart: isOn,
  LivechatWebhookOnClose: isOn,
  LivechatWebhookOnChatTaken: isOn,
  LivechatWebhookOnChatQueued: isOn,
  LivechatWebhookOnForward: isOn,
  LivechatWebhookOnOfflineMsg: isOn,
  LivechatWebhookOnVisitorMessage: isOn,
  LivechatWebhookOnAgentMessage: isOn,
});

const accepted = params('legacy', { body });

/** `POST omnichannel/integrations`: changes settings of the webhook, all of which are checked first. */
export const omnichannelIntegrations = (deps: ChangeSettingDeps) =>
  endpoint({
    operationId: 'omnichannel-integrations',
    method: 'post',
    path: '/omnichannel/integrations',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async (given) => {
      const values = {
        Livechat_webhookUrl: given.LivechatWebhookUrl?.trim(),
        Livechat_secret_token: given.LivechatSecretToken?.trim(),
        Livechat_http_timeout: given.LivechatHttpTimeout,
        Livechat_webhook_on_start: given.LivechatWebhookOnStart,
        Livechat_webhook_on_close: given.LivechatWebhookOnClose,
        Livechat_webhook_on_chat_taken: given.LivechatWebhookOnChatTaken,
        Livechat_webhook_on_chat_queued: given.LivechatWebhookOnChatQueued,
        Livechat_webhook_on_forward: given.LivechatWebhookOnForward,
        Livechat_webhook_on_offline_msg: given.LivechatWebhookOnOfflineMsg,
        Livechat_webhook_on_visitor_message: given.LivechatWebhookOnVisitorMessage,
        Livechat_webhook_on_agent_message: given.LivechatWebhookOnAgentMessage,
      };
      const changes = Object.entries(values).flatMap(([_id, value]) =>
        value === undefined ? [] : [{ _id, value }],
      );
      if (!(await changeSettings(deps, changes))) throw bareFailure();
      return {};
    },
  });
