import type { AccessControl } from '../accounts/access.ts';
import type { User } from '../accounts/user.ts';
import { dateOf, secondsBetween } from '../dates.ts';
import { AppError } from '../errors.ts';
import {
  afterLastMessage,
  type SendSystemMessageDeps,
  sendSystemMessage,
  writeSystemMessage,
} from '../messages/system-message.ts';
import { type Person, personOf } from '../person.ts';
import { getOwnRoom, type OwnRoom } from '../rooms/own-room.ts';
import type { Closing, Room, TranscriptRequest } from '../rooms/room.ts';
import type { RoomTranscripts } from '../rooms/room-transcripts.ts';
import type { RoutingStore } from '../routing/routing.ts';
import { isEmailAddress } from '../text/email-address.ts';
import { type MailTranscriptDeps, mailTranscript } from '../transcripts/mail-transcript.ts';
import { emailsOf } from '../visitors/visitor-search.ts';
import { checkEmailAddress, type TranscriptAddress } from './request-transcript.ts';

export type CloseRoomDeps = MailTranscriptDeps &
  SendSystemMessageDeps & {
    readonly access: AccessControl;
    readonly roomTranscripts: RoomTranscripts;
    readonly routing: RoutingStore;
  };

/** What Rocket.Chat writes when the visitor leaves, in English. */
export const closedByVisitor = 'Closed by visitor';

interface Ending {
  readonly closer: Closing['closer'];
  readonly by: Person;
  readonly comment: string;
  readonly tags: readonly string[];
  /** Where the agent wants the transcript mailed; null for nowhere. */
  readonly transcript?: TranscriptAddress | null | undefined;
  /** The visitor's token, if they close the room themselves. */
  readonly token?: string;
}

/**
 * Closes a visitor's room at their request.
 * @throws {AppError} `error-not-allowed-to-close-conversation`, `invalid-token`, `invalid-room`, `room-closed`, or
 *   `error-room-cannot-be-closed-try-again` if another request is closing it.
 */
export async function closeByVisitor(deps: CloseRoomDeps, ownRoom: OwnRoom): Promise<void> {
  const { clock, settings } = deps;
  const askedAt = clock();
  if (!settings.get('Omnichannel_allow_visitors_to_close_conversation')) {
    throw new AppError('error-not-allowed-to-close-conversation');
  }
  const { visitor, room } = await getOwnRoom(deps, ownRoom);
  if (!room.open) throw await refuseClosed(deps, room, askedAt);
  const { token } = ownRoom;
  const ending: Ending = { closer: 'visitor', by: visitor, comment: closedByVisitor, tags: [], token };
  await closeRoom(deps, room, ending);
}

export interface ClosingByUser {
  readonly rid: string;
  readonly comment: string;
  readonly tags: readonly string[];
  /** Where the transcript is to be mailed, instead of where it was requested to go; null for nowhere. */
  readonly transcript?: TranscriptAddress | null | undefined;
  /** Also cleans up what is left of a room that is already closed, if `Omnichannel_allow_force_close_conversations`. */
  readonly force: boolean;
}

/**
 * Closes a room at an agent's request.
 * @throws {AppError} `error-invalid-email`, `invalid-room`, `room-closed`, `not-allowed` for a room that they are not
 *   subscribed to and may not close for others, `error-comment-is-required`,
 *   `error-tags-must-be-assigned-before-closing-chat`, or `error-room-cannot-be-closed-try-again` if another request
 *   is closing it.
 */
export async function closeByUser(deps: CloseRoomDeps, user: User, closing: ClosingByUser): Promise<void> {
  const { access, clock, rooms, settings, subscriptions } = deps;
  const askedAt = clock();
  const { rid, comment, tags, transcript, force } = closing;
  if (transcript) checkEmailAddress(transcript.email);
  const room = await rooms.findById(rid);
  if (room === null) throw new AppError('invalid-room');
  const mayForce = force && settings.get('Omnichannel_allow_force_close_conversations');
  if (!room.open && !mayForce) throw await refuseClosed(deps, room, askedAt);
  const mayClose =
    access.hasPermission(user, 'close-others-livechat-room') ||
    (await subscriptions.findByRoomAndUser(rid, user._id)) !== null;
  if (!mayClose) throw new AppError('not-allowed');
  if (settings.get('Livechat_request_comment_when_closing_conversation') && comment.trim() === '') {
    throw new AppError('error-comment-is-required');
  }
  if (room.open) await closeRoom(deps, room, { closer: 'user', by: user, comment, tags, transcript });
  else await removeInquiryAndSubscriptions(deps, rid);
}

async function closeRoom(deps: CloseRoomDeps, room: Room, ending: Ending): Promise<void> {
  const { clock, rooms } = deps;
  const now = clock();
  const { closer, by, comment, token } = ending;
  const tags = await resolveTags(deps, room, ending);
  const closed = await rooms.close(room._id, {
    closedAt: now,
    closer,
    closedBy: { _id: by._id, ...(by.username === undefined ? {} : { username: by.username }) },
    ...(tags.length > 0 ? { tags } : {}),
    chatDuration: durationTo(now, room.ts),
    serviceTimeDuration: durationTo(now, room.servedBy?.ts),
    transcriptRequest: await transcriptRequestOf(deps, room, ending),
  });
  if (closed === null) throw new AppError('error-room-cannot-be-closed-try-again');
  await removeInquiryAndSubscriptions(deps, room._id);
  await writeClosingMessages(deps, closed, personOf(by), comment, token);
  await deps.tellOfSession({ type: 'LivechatSession', subjectId: room._id, at: now });
  await mailRequestedTranscript(deps, closed);
}

/** The request for a transcript that the closing makes; undefined if it leaves the one that there may be. */
async function transcriptRequestOf(
  { clock, settings, visitors }: CloseRoomDeps,
  { transcriptRequest, v }: Room,
  { by, transcript }: Ending,
): Promise<TranscriptRequest | null | undefined> {
  if (transcript === null) return null;
  if (transcript) return { ...transcript, requestedAt: clock(), requestedBy: personOf(by) };
  if (transcriptRequest || !settings.get('Livechat_transcript_send_always')) return undefined;
  const visitor = v && (await visitors.findEnabledById(v._id));
  const email = visitor && emailsOf(visitor).find(isEmailAddress);
  return email === undefined || email === null ? undefined : { email, subject: '', requestedAt: clock() };
}

/** Mails the transcript of a closed room, if it was requested and not mailed yet. */
async function mailRequestedTranscript(deps: CloseRoomDeps, room: Room): Promise<void> {
  const { email, subject, requestedAt, requestedBy } = room.transcriptRequest ?? {};
  // What Rocket.Chat stored may be anything.
  if (typeof email !== 'string' || !isEmailAddress(email)) return;
  const mailing = { email, subject: String(subject ?? ''), requestedBy, occasion: String(requestedAt) };
  await mailTranscript(deps, room, mailing);
  await deps.roomTranscripts.finish(room._id);
}

/** Writes the messages that show in the room that it was closed. */
async function writeClosingMessages(
  deps: CloseRoomDeps,
  room: Room,
  u: Person,
  comment: string,
  token: string | undefined,
): Promise<void> {
  const { clock, settings } = deps;
  const ts = afterLastMessage(room, clock());
  const occasion = String(room.closedAt?.getTime());
  const asksFor = settings.get('Livechat_enable_transcript');
  const alwaysSends = settings.get('Livechat_transcript_send_always');
  const transcriptRequested = Boolean(room.transcriptRequest) || (!asksFor && alwaysSends);
  const closing = { t: 'livechat-close', msg: comment, u, ts, token, transcriptRequested } as const;
  await sendSystemMessage(deps, room._id, closing, occasion);
  if (!asksFor || alwaysSends) return;
  const prompt = { t: 'command', msg: 'promptTranscript', u, ts: new Date(ts.getTime() + 1) } as const;
  await writeSystemMessage(deps, room._id, prompt, occasion);
}

async function removeInquiryAndSubscriptions(
  { inquiries, subscriptions }: CloseRoomDeps,
  rid: string,
): Promise<void> {
  await Promise.all([inquiries.deleteByRoom(rid), subscriptions.deleteByRooms([rid])]);
}

/**
 * The refusal of a caller who finds the room closed. One who asked while it was still open lost a race and may try
 * again; anyone else is told that it is closed.
 */
async function refuseClosed(deps: CloseRoomDeps, room: Room, askedAt: Date): Promise<AppError> {
  // An interrupted closing may have left the room in the queue, and its transcript to be mailed.
  await removeInquiryAndSubscriptions(deps, room._id);
  await mailRequestedTranscript(deps, room);
  const justNow = room.closedAt !== undefined && room.closedAt >= askedAt;
  return new AppError(justNow ? 'error-room-cannot-be-closed-try-again' : 'room-closed');
}

/**
 * The room's tags: its own, those given, and those of its department, which may require some.
 * @throws {AppError} `error-tags-must-be-assigned-before-closing-chat`
 */
async function resolveTags(
  { routing }: CloseRoomDeps,
  { departmentId, tags: roomTags }: Room,
  { closer, tags: given }: Ending,
): Promise<readonly string[]> {
  const tags = [...new Set([...given, ...(Array.isArray(roomTags) ? roomTags : [])])];
  const department = departmentId === undefined ? null : await routing.findDepartment(departmentId);
  const { requestTagBeforeClosingChat = false, chatClosingTags = [] } = department ?? {};
  const missing = closer === 'user' ? tags.length === 0 : chatClosingTags.length === 0;
  if (requestTagBeforeClosingChat && missing) {
    throw new AppError('error-tags-must-be-assigned-before-closing-chat');
  }
  return [...new Set([...tags, ...chatClosingTags])];
}

const durationTo = (end: Date, start: Date | undefined): number | undefined => {
  const known = dateOf(start);
  return known && secondsBetween(known, end);
};
