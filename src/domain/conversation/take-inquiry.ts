import type { AccessControl } from '../accounts/access.ts';
import { getUser } from '../accounts/get-user.ts';
import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { canTake } from '../rooms/room-access.ts';
import { availabilityOf } from '../routing/availability.ts';
import { type AssignAgentDeps, assignAgent, finishAssignment } from './assign-agent.ts';

export type TakeInquiryDeps = AssignAgentDeps & { readonly access: AccessControl };

const notFound = () => new AppError('inquiry-not-found', { reason: 'Inquiry not found' });
const taken = () => new AppError('error-inquiry-taken', { reason: 'Inquiry already taken' });

/**
 * Gives a waiting chat to an agent; if several take it at once, one gets it.
 * @param taker who takes it, for themselves or for somebody else. In Rocket.Chat that may be any agent.
 * @param userId who gets it.
 * @throws {AppError} `error-invalid-user` for one who does not exist, `inquiry-not-found`, also for a chat of a
 *   department that is not the taker's, `error-inquiry-taken`, or `error-agent-status-service-offline` for an agent who
 *   is not available.
 */
export async function takeInquiry(
  deps: TakeInquiryDeps,
  taker: User,
  inquiryId: string,
  userId: string,
): Promise<void> {
  const { inquiries, rooms, routing, settings } = deps;
  await getUser(deps, userId);
  const inquiry = await inquiries.findById(inquiryId);
  if (inquiry === null || !(await canTake(deps, taker, inquiry))) throw notFound();
  if (inquiry.status === 'taken') throw taken();
  const agent = await routing.findAvailable(userId, availabilityOf(settings));
  if (agent === null) {
    const reason = 'Agent status is offline or Omnichannel service is not active';
    throw new AppError('error-agent-status-service-offline', { reason });
  }
  if (await assignAgent(deps, inquiry, agent)) return;
  const room = await rooms.findById(inquiry.rid);
  if (!room?.open) {
    // An interrupted closing left this behind.
    await inquiries.deleteByRoom(inquiry.rid);
    throw notFound();
  }
  if (room.servedBy?._id !== agent.agentId) throw taken();
  await finishAssignment(deps, room, room.servedBy, inquiry);
}
