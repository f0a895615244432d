import type { SettingId, SettingStore } from '../../../domain/settings/settings.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** Rocket.Chat's list; it has neither the switch for leads nor that for visited pages. */
const settingIds: readonly SettingId[] = [
  'Livechat_webhookUrl',
  'Livechat_secret_token',
  'Livechat_http_timeout',
  'Livechat_webhook_on_start',
  'Livechat_webhook_on_close',
  'Livechat_webhook_on_chat_taken',
  'Livechat_webhook_on_chat_queued',
  'Livechat_webhook_on_forward',
  'Livechat_webhook_on_offline_msg',
  'Livechat_webhook_on_visitor_message',
  'Livechat_webhook_on_agent_message',
];

/** `GET livechat/integrations.settings`: the settings of the webhook, with its secret. */
export const livechatIntegrationsSettings = ({ settings }: { readonly settings: SettingStore }) =>
  endpoint({
    operationId: 'livechat-integrations-settings',
    method: 'get',
    path: '/livechat/integrations.settings',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async () => ({ settings: await settings.list(settingIds) }),
  });
