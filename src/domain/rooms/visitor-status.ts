import type { InquiryStore } from './inquiry.ts';
import type { RoomStore } from './room.ts';

export interface VisitorStatusDeps {
  readonly inquiries: Pick<InquiryStore, 'setVisitorStatus'>;
  readonly rooms: Pick<RoomStore, 'setVisitorStatus'>;
}

/** Sets a visitor's status on their open rooms and in the queue; as in Rocket.Chat, the visitor is not changed. */
export async function setStatusInRooms(
  { inquiries, rooms }: VisitorStatusDeps,
  visitorId: string,
  status: string,
): Promise<void> {
  await Promise.all([
    rooms.setVisitorStatus(visitorId, status),
    inquiries.setVisitorStatus(visitorId, status),
  ]);
}
