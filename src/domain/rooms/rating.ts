import type { Room } from './room.ts';

/** What a visitor's satisfaction, from 1 to 5, says of the service; 3 says neither. */
export const satisfactions = { good: ['4', '5'], bad: ['1', '2'] } as const;

export type Rating = keyof typeof satisfactions;

/** How the room's visitor rated the service; `neutral` for neither well nor badly, undefined if they did not. */
export function ratingOf({ surveyFeedback }: Room): Rating | 'neutral' | undefined {
  const satisfaction = surveyFeedback?.satisfaction;
  if (satisfaction === undefined) return undefined;
  if (satisfactions.good.some((each) => each === satisfaction)) return 'good';
  return satisfactions.bad.some((each) => each === satisfaction) ? 'bad' : 'neutral';
}

/** The satisfaction as a number from 1 to 5, or 0. */
export function satisfactionOf({ surveyFeedback }: Room): number {
  const satisfaction = surveyFeedback?.satisfaction ?? '';
  return /^[1-5]$/.test(satisfaction) ? Number(satisfaction) : 0;
}
