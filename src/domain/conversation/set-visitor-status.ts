import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import { type GetVisitorDeps, getVisitorByToken } from '../visitors/get-visitor.ts';

export type SetVisitorStatusDeps = GetVisitorDeps & {
  readonly rooms: RoomStore;
  readonly inquiries: InquiryStore;
};

/**
 * Stores a visitor's status on their open rooms and in the queue; as in Rocket.Chat, the visitor is not changed.
 * @throws {AppError} `invalid-token`
 */
export async function setVisitorStatus(
  deps: SetVisitorStatusDeps,
  token: string,
  status: string,
): Promise<void> {
  const { rooms, inquiries } = deps;
  const { _id } = await getVisitorByToken(deps, token);
  await Promise.all([rooms.setVisitorStatus(_id, status), inquiries.setVisitorStatus(_id, status)]);
}
