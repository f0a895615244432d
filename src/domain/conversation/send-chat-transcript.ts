import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { personOf } from '../person.ts';
import { type MailTranscriptDeps, mailTranscript } from '../transcripts/mail-transcript.ts';
import { type FindChatsDeps, findChat } from './find-chats.ts';
import { checkEmailAddress } from './request-transcript.ts';
import { occasionOf } from './send-transcript.ts';

export type SendChatTranscriptDeps = FindChatsDeps & MailTranscriptDeps;

/**
 * Mails the transcript of a chat, open or closed, to an address that a user gives.
 * @param code the chat's code, as integrators know it.
 * @throws {AppError} `error-invalid-email`, or `invalid-room` for a chat that the user may not list.
 */
export async function sendChatTranscript(
  deps: SendChatTranscriptDeps,
  user: User,
  { code, email, signal }: { readonly code: string; readonly email: string; readonly signal: AbortSignal },
): Promise<void> {
  checkEmailAddress(email);
  const room = await findChat(deps, user, code, signal);
  if (room === null) throw new AppError('invalid-room');
  await mailTranscript(deps, room, {
    email,
    subject: '',
    requestedBy: personOf(user),
    occasion: occasionOf(deps.clock()),
  });
}
