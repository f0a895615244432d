import type { Visitor } from '../visitors/visitor.ts';
import type { InquiryStore } from './inquiry.ts';
import type { RoomStore } from './room.ts';
import type { SubscriptionStore } from './subscription.ts';

export interface RenameRoomsDeps {
  readonly rooms: RoomStore;
  readonly inquiries: InquiryStore;
  readonly subscriptions: SubscriptionStore;
}

/**
 * Sets the visitor's name on their open rooms, in the queue and in the agents' lists. Rocket.Chat also removes an
 * empty list of tags from these rooms as it saves them.
 */
export async function renameOpenRooms(deps: RenameRoomsDeps, { _id, name }: Visitor): Promise<void> {
  const rooms = await deps.rooms.listOpenByVisitor(_id);
  const untagged = rooms.filter(({ tags }) => tags?.length === 0);
  if (untagged.length > 0) await deps.rooms.dropEmptyTags(untagged.map(({ _id }) => _id));
  if (!name) return;
  await renameRooms(
    deps,
    rooms.map(({ _id }) => _id),
    name,
  );
}

/** Sets a name on rooms, in the queue and in the agents' lists. */
export async function renameRooms(
  deps: RenameRoomsDeps,
  ids: readonly string[],
  name: string,
): Promise<void> {
  if (ids.length === 0) return;
  await Promise.all([
    deps.rooms.rename(ids, name),
    deps.inquiries.rename(ids, name),
    deps.subscriptions.rename(ids, name),
  ]);
}
