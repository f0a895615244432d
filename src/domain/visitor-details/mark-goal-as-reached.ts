import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { ChatSummaries } from '../rooms/chat-summary.ts';
import { getVisitorRecord } from '../visits/get-visitor-record.ts';
import type { VisitorReference } from '../visits/public-ids.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';
import type { ReachedGoal, ReachedGoalStore } from './reached-goal.ts';

export interface MarkGoalDeps {
  readonly chatSummaries: ChatSummaries;
  readonly clock: Clock;
  readonly reachedGoals: ReachedGoalStore;
  readonly visitorRecords: VisitorRecords;
}

/**
 * Notes that a visitor has reached a goal of the site's, in their newest room if they have had one.
 * @throws {AppError} `visitor-not-found` or `too-many-goals`.
 */
export async function markGoalAsReached(
  { chatSummaries, clock, reachedGoals, visitorRecords }: MarkGoalDeps,
  visitor: VisitorReference,
  { goal, order }: Pick<ReachedGoal, 'goal' | 'order'>,
): Promise<void> {
  const { recordId, visitorId } = await getVisitorRecord({ visitorRecords }, visitor);
  const chats = visitorId && (await chatSummaries.listByVisitors([visitorId])).get(visitorId);
  const room = chats && { roomId: chats.last.roomId };
  const isStored = await reachedGoals.add({ recordId, goal, ...room, order, reachedAt: clock() });
  if (!isStored) throw new AppError('too-many-goals');
}
