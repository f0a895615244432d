import type { ContactStore } from '../contacts/contact.ts';
import { AppError } from '../errors.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import type { MessageStore } from '../messages/message.ts';
import type { AttachmentStore } from '../rooms/attachment.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { SubscriptionStore } from '../rooms/subscription.ts';
import type { Settings } from '../settings/settings.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';

export interface RemoveVisitorDeps {
  readonly jobs: Jobs;
  readonly visitors: VisitorStore;
  readonly rooms: RoomStore;
  readonly settings: Settings;
}

/**
 * Forgets a visitor, and with them the other visitors of the same contact. As in Rocket.Chat, their rooms are deleted
 * with everything in them, while their own documents stay, without personal data. With thousands of rooms, the rest
 * is deleted after this returns.
 * @returns the visitor as they were.
 * @throws {AppError} `invalid-token`; `visitor-has-open-rooms` if one is open, unless the setting for data protection allows it.
 */
export async function removeVisitor(deps: RemoveVisitorDeps, token: string): Promise<Visitor> {
  const visitor = await getVisitorByToken(deps, token);
  await refuseOpenRooms(deps, visitor);
  await deps.jobs.run('remove-visitor', visitor._id);
  return visitor;
}

async function refuseOpenRooms({ rooms, settings }: RemoveVisitorDeps, { _id }: Visitor): Promise<void> {
  if (settings.get('Livechat_Allow_collect_and_store_HTTP_header_informations')) return;
  if ((await rooms.findOpenByVisitor(_id)) === null) return;
  throw new AppError('visitor-has-open-rooms', { reason: 'Cannot remove visitors with opened rooms' });
}

export interface RemoveVisitorDataDeps {
  readonly visitors: VisitorStore;
  readonly rooms: RoomStore;
  readonly inquiries: InquiryStore;
  readonly subscriptions: SubscriptionStore;
  readonly messages: MessageStore;
  readonly contacts: ContactStore;
  readonly attachments: AttachmentStore;
}

/**
 * The job: removes what there is of a visitor. Their own document goes last, since everything else is found by way of
 * it when an interrupted run is repeated.
 */
export async function removeVisitorData(deps: RemoveVisitorDataDeps, run: JobRun): Promise<void> {
  const { subjectId: visitorId } = run;
  const others = (await deps.contacts.listVisitorIds(visitorId)).filter((id) => id !== visitorId);
  for (const id of [...others, visitorId]) {
    await removeRooms(deps, id, run);
    if (id !== visitorId) await deps.visitors.disable(id);
  }
  await deps.contacts.disable(visitorId);
  await deps.visitors.disable(visitorId);
}

/** So many rooms take a second or two, unless they are unusually long. */
const roomsAtATime = 100;

/** What refers to a room goes first, since it is found by way of the room. */
async function removeRooms(deps: RemoveVisitorDataDeps, visitorId: string, run: JobRun): Promise<void> {
  for (;;) {
    const ids = await deps.rooms.listIdsByVisitor(visitorId, roomsAtATime);
    if (ids.length === 0) return;
    await Promise.all([
      deps.subscriptions.deleteByRooms(ids),
      deps.attachments.deleteByRooms(ids),
      deps.messages.deleteByRooms(ids),
      deps.inquiries.deleteByRooms(ids),
    ]);
    await deps.rooms.delete(ids);
    await run.report({ rooms: ids.length }, await deps.rooms.countByVisitor(visitorId));
  }
}
