import type { User } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { personOf } from '../person.ts';
import type { Room, RoomStore } from '../rooms/room.ts';
import { canAccessRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import type { RoomTranscripts } from '../rooms/room-transcripts.ts';
import { isEmailAddress } from '../text/email-address.ts';

export type RequestTranscriptDeps = RoomAccessDeps & {
  readonly clock: Clock;
  readonly rooms: RoomStore;
  readonly roomTranscripts: RoomTranscripts;
};

export interface TranscriptAddress {
  readonly email: string;
  readonly subject: string;
}

/** @throws {AppError} `error-invalid-email` for a text that no mail can be sent to. */
export function checkEmailAddress(text: string): void {
  if (!isEmailAddress(text)) throw new AppError('error-invalid-email', { reason: `Invalid email ${text}` });
}

/**
 * Asks for the transcript of an open room to be mailed when it is closed.
 * @throws {AppError} `error-invalid-email`, `invalid-room` for one that is not open, `not-allowed`, or
 *   `error-transcript-already-requested`.
 */
export async function requestTranscript(
  deps: RequestTranscriptDeps,
  user: User,
  rid: string,
  { email, subject }: TranscriptAddress,
): Promise<void> {
  checkEmailAddress(email);
  await getOpenRoom(deps, user, rid);
  const request = { email, subject, requestedAt: deps.clock(), requestedBy: personOf(user) };
  if (await deps.roomTranscripts.request(rid, request)) return;
  await getOpenRoom(deps, user, rid);
  throw new AppError('error-transcript-already-requested');
}

/**
 * Withdraws the request for a transcript.
 * @throws {AppError} `invalid-room` for one that is not open, `not-allowed`, or `error-transcript-not-requested`.
 */
export async function withdrawTranscript(
  deps: RequestTranscriptDeps,
  user: User,
  rid: string,
): Promise<void> {
  await getOpenRoom(deps, user, rid);
  if (await deps.roomTranscripts.withdraw(rid)) return;
  await getOpenRoom(deps, user, rid);
  throw new AppError('error-transcript-not-requested');
}

async function getOpenRoom(deps: RequestTranscriptDeps, user: User, rid: string): Promise<Room> {
  const room = await deps.rooms.findById(rid);
  if (!room?.open) throw new AppError('invalid-room');
  if (!(await canAccessRoom(deps, user, room))) throw new AppError('not-allowed');
  return room;
}
