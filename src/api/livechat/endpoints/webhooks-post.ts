import type { Settings } from '../../../domain/settings/settings.ts';
import { addWebhook, type ManageWebhooksDeps } from '../../../domain/webhooks/manage-webhooks.ts';
import { endpoint } from '../endpoint.ts';
import { bodyOf } from '../params.ts';
import { presentWebhooks } from '../present-webhook.ts';
import { readWebhook } from '../read-webhook.ts';

/** `POST webhooks`: adds one. */
export const webhooksPost = (deps: ManageWebhooksDeps & { readonly settings: Settings }) =>
  endpoint({
    operationId: 'livechatinc-webhooks-post',
    method: 'post',
    path: '/webhooks',
    access: { kind: 'all-of', permissions: ['view-livechat-webhooks'] },
    input: async (req) => readWebhook(bodyOf(req)),
    handle: async (given) => {
      const webhook = await addWebhook(deps, given);
      return presentWebhooks([webhook], deps.settings.get('Foyer_License_Number'));
    },
  });
