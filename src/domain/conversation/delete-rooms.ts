import type { DeliveryQueue } from '../deliveries/delivery.ts';
import type { MessageStore } from '../messages/message.ts';
import type { AttachmentStore } from '../rooms/attachment.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { SubscriptionStore } from '../rooms/subscription.ts';
import type { PublicIdStore } from '../visits/public-ids.ts';
import type { WebhookStore } from '../webhooks/webhook.ts';

export interface DeleteRoomsDeps {
  readonly attachments: AttachmentStore;
  readonly deliveries: DeliveryQueue;
  readonly inquiries: InquiryStore;
  readonly messages: MessageStore;
  readonly publicIds: PublicIdStore;
  readonly rooms: RoomStore;
  readonly subscriptions: SubscriptionStore;
  readonly webhooks: Pick<WebhookStore, 'forgetTags'>;
}

/**
 * Deletes rooms and all that refers to them. What refers to a room goes first, since it is found by way of the room;
 * so this is repeatable.
 * @returns how many messages are gone.
 */
export async function deleteRooms(deps: DeleteRoomsDeps, ids: readonly string[]): Promise<number> {
  const { attachments, inquiries, messages, rooms, subscriptions } = deps;
  const [deleted] = await Promise.all([
    messages.deleteByRooms(ids),
    subscriptions.deleteByRooms(ids),
    attachments.deleteByRooms(ids),
    inquiries.deleteByRooms(ids),
    forgetRooms(deps, ids),
  ]);
  await rooms.delete(ids);
  // What was written before the rooms were gone; from now on, whoever writes notices.
  const late = await messages.deleteByRooms(ids);
  await forgetRooms(deps, ids);
  return deleted + late;
}

/** Removes what tells others of rooms: their deliveries, their public ids and the tags that webhooks know. */
async function forgetRooms(
  { deliveries, publicIds, webhooks }: DeleteRoomsDeps,
  roomIds: readonly string[],
): Promise<void> {
  await Promise.all([
    deliveries.removeAbout(roomIds),
    publicIds.forget('chat', roomIds),
    webhooks.forgetTags(roomIds),
  ]);
}
