import type { OfflineMessage } from '../../domain/offline-messages/offline-message.ts';
import type { DepartmentReads } from '../../domain/routing/routing.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { PublicIdStore } from '../../domain/visits/public-ids.ts';
import type { VisitorRecord, VisitorRecords } from '../../domain/visits/visitor-record.ts';
import { only, type TellWebhooksDeps, tellWebhooks } from '../../domain/webhooks/tell-webhooks.ts';
import { everyonesGroup } from './present-group.ts';

/** What else is read of a message's author and department. */
export interface TicketReads {
  readonly publicIds: PublicIdStore;
  readonly routing: DepartmentReads;
  readonly visitorRecords: VisitorRecords;
}

type TellOfTicketDeps = TellWebhooksDeps & TicketReads & { readonly settings: Settings };

/** Tells LiveChat's webhooks of a message that was left, which is a ticket there. */
export const tellOfTicket =
  (deps: TellOfTicketDeps) =>
  (message: OfflineMessage): Promise<void> => {
    const { _id, receivedAt: at } = message;
    return tellWebhooks(
      deps,
      { event: 'ticket_created', about: _id, key: `${_id}:ticket`, at },
      async (webhook) => ({
        event_type: webhook.event,
        token: webhook.token,
        license_id: String(deps.settings.get('Foyer_License_Number')),
        ...only(webhook, { ticket: await ticket(deps, message) }),
      }),
    );
  };

async function ticket(deps: TellOfTicketDeps, message: OfflineMessage): Promise<object> {
  const { _id, name, email, host, subject, text, receivedAt, departmentId, visitorNumber } = message;
  const record = await deps.visitorRecords.find({ by: 'number', value: visitorNumber });
  return {
    id: _id,
    subject: subject || `Message from ${name}`,
    status: 'open',
    assignee: { id: '', name: '' },
    requester: {
      mail: email,
      name,
      utc_offset: timezoneOf(record),
      ip: record?.visit?.device.ip ?? '',
    },
    groups: [await groupOf(deps, departmentId)],
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
  };
}

/** A time zone by its name, whatever LiveChat calls it. */
function timezoneOf(record: VisitorRecord | null): string {
  const { place, device } = record?.visit ?? {};
  return place?.timezone || device?.timezone || 'UTC';
}

async function groupOf({ publicIds, routing }: TellOfTicketDeps, departmentId: string): Promise<object> {
  const department = departmentId === '' ? null : await routing.findDepartment(departmentId);
  if (department === null) return { id: everyonesGroup.id, name: everyonesGroup.name };
  const given = await publicIds.give('group', [{ id: departmentId }]);
  return { id: given.get(departmentId)?.number ?? 0, name: department.name };
}
