import { AppError } from '../errors.ts';
import { getOwnRoom, type OwnRoom } from '../rooms/own-room.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { RoomDetails } from '../rooms/room-details.ts';
import type { VisitorStore } from '../visitors/visitor.ts';

export interface AnswerSurveyDeps {
  readonly rooms: RoomStore;
  readonly roomDetails: RoomDetails;
  readonly visitors: VisitorStore;
}

/** An answer to a question, by the question's name. */
export interface SurveyAnswer {
  readonly name: string;
  readonly value: string;
}

/** Rocket.Chat's questions, by the names that it has for them, and what may be answered. */
export const survey = {
  items: ['satisfaction', 'agentKnowledge', 'agentResposiveness', 'agentFriendliness'],
  values: ['1', '2', '3', '4', '5'],
} as const;

const freeAnswer = 'additionalFeedback';

const isKnown = ({ name, value }: SurveyAnswer): boolean =>
  name === freeAnswer || (isOneOf(survey.items, name) && isOneOf(survey.values, value));

const isOneOf = (list: readonly string[], text: string): boolean => list.includes(text);

/**
 * Stores what a visitor thinks of a conversation of theirs, open or closed; what was not asked is ignored.
 * @returns the answers that were stored.
 * @throws {AppError} `invalid-token`, `invalid-room`, or `invalid-data` if none of the answers is known.
 */
export async function answerSurvey(
  deps: AnswerSurveyDeps,
  ownRoom: OwnRoom,
  answers: readonly SurveyAnswer[],
): Promise<Record<string, string>> {
  const { room } = await getOwnRoom(deps, ownRoom);
  const known = answers.filter(isKnown);
  if (known.length === 0) throw new AppError('invalid-data');
  const feedback = Object.fromEntries(known.map(({ name, value }) => [name, value]));
  if ((await deps.roomDetails.saveSurvey(room._id, feedback)) === null) throw new AppError('invalid-room');
  return feedback;
}
