import type { Settings } from '../../../domain/settings/settings.ts';
import { addWebhook, type ManageWebhooksDeps } from '../../../domain/webhooks/manage-webhooks.ts';
import { endpoint } from '../endpoint.ts';
import { invalid, notFound } from '../errors.ts';
import { bodyOf } from '../params.ts';
import { presentWebhooks } from '../present-webhook.ts';
import { readWebhook } from '../read-webhook.ts';

type WebhooksDeps = ManageWebhooksDeps & { readonly settings: Settings };

const access = { kind: 'all-of', permissions: ['view-livechat-webhooks'] } as const;

/** `GET webhooks`: who is told of events. */
export const webhooksGet = ({ webhooks, settings }: WebhooksDeps) =>
  endpoint({
    operationId: 'livechatinc-webhooks-get',
    method: 'get',
    path: '/webhooks',
    access,
    input: async () => undefined,
    handle: async () => presentWebhooks(await webhooks.list(), settings.get('Foyer_License_Number')),
  });

/** `POST webhooks`: adds one. */
export const webhooksPost = (deps: WebhooksDeps) =>
  endpoint({
    operationId: 'livechatinc-webhooks-post',
    method: 'post',
    path: '/webhooks',
    access,
    input: async (req) => readWebhook(bodyOf(req)),
    handle: async (given) => {
      const webhook = await addWebhook(deps, given);
      return presentWebhooks([webhook], deps.settings.get('Foyer_License_Number'));
    },
  });

/** `DELETE webhooks/:id`: removes one; what is on its way to it is still delivered. */
export const webhooksDelete = ({ webhooks }: WebhooksDeps) =>
  endpoint({
    operationId: 'livechatinc-webhooks-delete',
    method: 'delete',
    path: '/webhooks/:id',
    access,
    input: async (req) => {
      const { id } = req.params;
      if (typeof id === 'string' && /^[0-9a-f]{32}$/.test(id)) return id;
      throw invalid('The id of a webhook has 32 hexadecimal characters');
    },
    handle: async (id) => {
      if (!(await webhooks.remove(id))) throw notFound('There is no webhook with this id');
      return { result: 'Push notification removed successfully' };
    },
  });
