import { getOwnRoom, type OwnRoom } from '../rooms/own-room.ts';
import type { AnswerSurveyDeps } from './answer-survey.ts';

export type SetCallStatusDeps = AnswerSurveyDeps;

/**
 * Stores how a call is going that a visitor has from a room of theirs. Calls themselves are made elsewhere.
 * @throws {AppError} `invalid-token`, `invalid-room`.
 */
export async function setCallStatus(
  deps: SetCallStatusDeps,
  ownRoom: OwnRoom,
  callStatus: string,
): Promise<void> {
  const { room } = await getOwnRoom(deps, ownRoom);
  await deps.roomDetails.setCallStatus(room._id, callStatus);
}
