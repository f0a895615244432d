import { AppError } from '../errors.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { AnswerSurveyDeps } from './answer-survey.ts';

export type SetCallStatusDeps = AnswerSurveyDeps;

/**
 * Stores how a call is going that a visitor has from a room of theirs. Calls themselves are made elsewhere.
 * @throws {AppError} `invalid-token`, `invalid-room`.
 */
export async function setCallStatus(
  deps: SetCallStatusDeps,
  { token, rid }: { readonly token: string; readonly rid: string },
  callStatus: string,
): Promise<void> {
  const visitor = await getVisitorByToken(deps, token);
  if ((await deps.rooms.findByIdAndVisitor(rid, visitor._id)) === null) throw new AppError('invalid-room');
  await deps.roomDetails.setCallStatus(rid, callStatus);
}
