import type { OfflineMessage } from '../../domain/offline-messages/offline-message.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { only, type TellWebhooksDeps, tellWebhooks } from '../../domain/webhooks/tell-webhooks.ts';

/** Tells LiveChat's webhooks of a message that was left, which is a ticket there. */
export const tellOfTicket =
  (deps: TellWebhooksDeps & { readonly settings: Settings }) =>
  (message: OfflineMessage): Promise<void> => {
    const { _id, receivedAt: at } = message;
    return tellWebhooks(
      deps,
      { event: 'ticket_created', about: _id, key: `${_id}:ticket`, at },
      async (webhook) => ({
        event_type: webhook.event,
        token: webhook.token,
        license_id: String(deps.settings.get('Foyer_License_Number')),
        ...only(webhook, { ticket: ticket(message) }),
      }),
    );
  };

const ticket = ({ _id, name, email, host, subject, text, receivedAt }: OfflineMessage): object => ({
  id: _id,
  subject: subject || `Message from ${name}`,
  status: 'open',
  assignee: { id: '', name: '' },
  requester: { mail: email, name, utc_offset: 'UTC', ip: '' },
  groups: [{ id: 0, name: 'All operators' }],
  events: [
    {
      author: { id: email, name, type: 'client' },
      date: receivedAt.toISOString(),
      is_private: false,
      message: text,
      type: 'message',
      source: { type: 'chat-window', url: host },
    },
  ],
  tags: [],
  source: { type: 'chat-window', url: host },
});
