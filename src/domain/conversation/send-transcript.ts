import { AppError } from '../errors.ts';
import type { Room, RoomStore } from '../rooms/room.ts';
import { type MailTranscriptDeps, mailTranscript } from '../transcripts/mail-transcript.ts';
import type { VisitorStore } from '../visitors/visitor.ts';
import { checkEmailAddress } from './request-transcript.ts';

export type SendTranscriptDeps = MailTranscriptDeps & {
  readonly rooms: RoomStore;
  readonly visitors: VisitorStore;
};

export interface TranscriptOrder {
  readonly token: string;
  readonly rid: string;
  readonly email: string;
  /** Empty for the usual one. */
  readonly subject: string;
}

/** An order that is repeated within this time, say since the answer was lost, is met once. */
const sameOrderMs = 60_000;

/**
 * Mails the transcript of a visitor's room, open or closed, to the address that they give.
 * @throws {AppError} `error-invalid-email`, `invalid-room`, or `error-invalid-visitor` for a room that is not theirs.
 */
export async function sendTranscript(deps: SendTranscriptDeps, order: TranscriptOrder): Promise<void> {
  const { token, rid, email, subject } = order;
  checkEmailAddress(email);
  const room = await deps.rooms.findById(rid);
  if (room === null) throw new AppError('invalid-room');
  if (!(await isTheirs(deps, room, token))) throw new AppError('error-invalid-visitor');
  await mailTranscript(deps, room, { email, subject, occasion: occasionOf(deps.clock()) });
}

/** The same for orders that follow each other closely. */
export const occasionOf = (now: Date): string => String(Math.floor(now.getTime() / sameOrderMs));

/**
 * Whether it is the visitor's with the token. As in Rocket.Chat, that with which it was opened stays good for this,
 * unless it is somebody else's by now.
 */
async function isTheirs({ visitors }: SendTranscriptDeps, { v }: Room, token: string): Promise<boolean> {
  const visitor = await visitors.findByToken(token);
  return visitor === null ? v?.token === token : visitor._id === v?._id;
}
