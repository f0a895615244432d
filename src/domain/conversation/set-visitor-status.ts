import { setStatusInRooms, type VisitorStatusDeps } from '../rooms/visitor-status.ts';
import { type GetVisitorDeps, getVisitorByToken } from '../visitors/get-visitor.ts';

export type SetVisitorStatusDeps = GetVisitorDeps & VisitorStatusDeps;

/**
 * Stores a visitor's status on their open rooms and in the queue; as in Rocket.Chat, the visitor is not changed.
 * @throws {AppError} `invalid-token`
 */
export async function setVisitorStatus(
  deps: SetVisitorStatusDeps,
  token: string,
  status: string,
): Promise<void> {
  const { _id } = await getVisitorByToken(deps, token);
  await setStatusInRooms(deps, _id, status);
}
