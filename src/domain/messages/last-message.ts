import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomActivityStore } from '../rooms/room-activity.ts';
import type { Message, MessageStore } from './message.ts';

export interface RefreshLastMessageDeps {
  readonly inquiries: InquiryStore;
  readonly messages: MessageStore;
  readonly roomActivity: RoomActivityStore;
}

/** So often may the message that has become the last one be deleted or edited, too, before it is left at that. */
const maxAttempts = 10;

/**
 * After a message was deleted or edited: where the room and its inquiry show it as the last one, they are given the
 * last one that is there now. That may be deleted or edited at the same moment, so it is looked at once more when it
 * has been written.
 */
export async function refreshLastMessage(
  { inquiries, messages, roomActivity }: RefreshLastMessageDeps,
  rid: string,
  { _id, ts }: Pick<Message, '_id' | 'ts'>,
): Promise<void> {
  let staleId = _id;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    // A later one that is not shown yet is about to be, by whoever sends it.
    const last = await messages.findLastOfRoom(rid, ts);
    await Promise.all([
      roomActivity.replaceLastMessage(rid, staleId, last),
      inquiries.replaceLastMessage(rid, staleId, last),
    ]);
    if (last === null || isSame(last, await messages.findById(last._id))) return;
    staleId = last._id;
  }
}

const isSame = (written: Message, now: Message | null): boolean =>
  now !== null && now.msg === written.msg && now.editedAt?.getTime() === written.editedAt?.getTime();
