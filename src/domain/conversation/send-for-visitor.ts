import type { Message } from '../messages/message.ts';
import { type SendMessageDeps, sendVisitorMessage } from '../messages/send-message.ts';
import { type GetRoomDeps, getRoom } from './get-room.ts';
import { type RegisterVisitorDeps, type Registration, registerVisitor } from './register-visitor.ts';

export type SendForVisitorDeps = SendMessageDeps & GetRoomDeps & RegisterVisitorDeps;

/**
 * Writes messages for a visitor into their open room. One whose token is unknown is registered, and the room is opened
 * if there is none.
 * @throws {AppError} as registering a visitor, getting their room and sending a message do. Messages before the one
 *   that is refused have been sent by then.
 */
export async function sendForVisitor(
  deps: SendForVisitorDeps,
  registration: Registration,
  texts: readonly string[],
): Promise<Message[]> {
  const { token } = registration;
  if ((await deps.visitors.findByToken(token)) === null) await registerVisitor(deps, registration);
  const { room } = await getRoom(deps, { token, source: { type: 'api' } });
  const sent: Message[] = [];
  // One after the other, so that they stay in order.
  for (const msg of texts) sent.push(await sendVisitorMessage(deps, { token, rid: room._id, msg }));
  return sent;
}
