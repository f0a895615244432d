import type { ContactStore } from '../contacts/contact.ts';
import { AppError } from '../errors.ts';
import type { MessageStore } from '../messages/message.ts';
import type { AttachmentStore } from '../rooms/attachment.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { SubscriptionStore } from '../rooms/subscription.ts';
import type { Settings } from '../settings/settings.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';

export interface RemoveVisitorDeps {
  readonly visitors: VisitorStore;
  readonly rooms: RoomStore;
  readonly inquiries: InquiryStore;
  readonly subscriptions: SubscriptionStore;
  readonly messages: MessageStore;
  readonly contacts: ContactStore;
  readonly settings: Settings;
  readonly attachments: AttachmentStore;
}

/**
 * Forgets a visitor, and with them the other visitors of the same contact. As in Rocket.Chat, their rooms are deleted
 * with everything in them, while their own documents stay, without personal data. The visitor themselves goes last,
 * so that an interrupted deletion can be repeated with the same token.
 * @returns the visitor as they were.
 * @throws {AppError} `invalid-token`; `visitor-has-open-rooms` if one is open, unless the setting for data protection allows it.
 */
export async function removeVisitor(deps: RemoveVisitorDeps, token: string): Promise<Visitor> {
  const visitor = await getVisitorByToken(deps, token);
  await refuseOpenRooms(deps, visitor);
  const others = (await deps.contacts.listVisitorIds(visitor._id)).filter((id) => id !== visitor._id);
  for (const id of [...others, visitor._id]) {
    await removeRooms(deps, id);
    if (id !== visitor._id) await deps.visitors.disable(id);
  }
  await deps.contacts.disable(visitor._id);
  await deps.visitors.disable(visitor._id);
  return visitor;
}

async function refuseOpenRooms({ rooms, settings }: RemoveVisitorDeps, { token }: Visitor): Promise<void> {
  if (settings.get('Livechat_Allow_collect_and_store_HTTP_header_informations')) return;
  const open = token === undefined ? [] : await rooms.listOpenByToken(token);
  if (open.length === 0) return;
  throw new AppError('visitor-has-open-rooms', { reason: 'Cannot remove visitors with opened rooms' });
}

/** What refers to a room goes first, since it is found by way of the room. */
async function removeRooms(deps: RemoveVisitorDeps, visitorId: string): Promise<void> {
  const ids = await deps.rooms.listIdsByVisitor(visitorId);
  if (ids.length > 0) {
    await Promise.all([
      deps.subscriptions.deleteByRooms(ids),
      deps.attachments.deleteByRooms(ids),
      deps.messages.deleteByRooms(ids),
      deps.inquiries.deleteByRooms(ids),
    ]);
  }
  await deps.rooms.deleteByVisitor(visitorId);
}
