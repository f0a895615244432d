import type { WebhookStore } from '../../../domain/webhooks/webhook.ts';
import { endpoint } from '../endpoint.ts';
import { invalid, notFound } from '../errors.ts';

/** `DELETE webhooks/:id`: removes one; what is on its way to it is still delivered. */
export const webhooksDelete = ({ webhooks }: { readonly webhooks: WebhookStore }) =>
  endpoint({
    operationId: 'livechatinc-webhooks-delete',
    method: 'delete',
    path: '/webhooks/:id',
    access: { kind: 'all-of', permissions: ['view-livechat-webhooks'] },
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
