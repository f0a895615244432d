import type { User } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import { type Person, personOf } from '../person.ts';
import type { Room } from '../rooms/room.ts';
import { canAccessRoom, getAccessibleRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import type { MessageEffect, MessageTime, RoomActivityStore } from '../rooms/room-activity.ts';
import { agentEffect, visitorEffect } from '../rooms/room-metrics.ts';
import { messageSeenBy } from '../rooms/visitor-tokens.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { VisitSigns } from '../visits/visit-sign.ts';
import { countOvertaken, countPending } from './count-pending.ts';
import {
  type FollowMessageDeps,
  followAgentMessage,
  followVisitorMessage,
  showInQueue,
} from './follow-message.ts';
import type { Message, MessageStore } from './message.ts';
import { refuseTooLong } from './message-size.ts';
import { type QuoteMessagesDeps, quotesIn } from './quote-messages.ts';

export type SendMessageDeps = RoomAccessDeps &
  FollowMessageDeps &
  QuoteMessagesDeps & {
    readonly clock: Clock;
    readonly ids: IdSource;
    readonly messages: MessageStore;
    readonly roomActivity: RoomActivityStore;
    readonly visitSigns: VisitSigns;
  };

export interface VisitorMessage {
  readonly token: string;
  readonly rid: string;
  readonly msg: string;
  /** The sender's own id for the message, under which they may safely send it again. */
  readonly id?: string | undefined;
  /** A file that has been stored. */
  readonly attached?: Attached | undefined;
}

/** How a message refers to its file. */
export type Attached = Required<Pick<Message, 'file' | 'files' | 'attachments' | 'groupable'>>;

/**
 * Writes a visitor's message into their open room. Sent again under the same id, the stored message is returned.
 * @throws {AppError} `invalid-token`, `invalid-room`, `room-closed`, `message-too-long`,
 *   `error-omnichannel-is-disabled`, or `invalid-message` for an id that belongs to another message.
 */
export async function sendVisitorMessage(deps: SendMessageDeps, given: VisitorMessage): Promise<Message> {
  const { clock, roomActivity, settings } = deps;
  const { id, token, rid, msg, attached } = given;
  const visitor = await getVisitorByToken(deps, token);
  deps.visitSigns.note({ token, at: clock(), visitorId: visitor._id });
  const alias = visitor.name ? { alias: visitor.name } : {};
  const draft: Draft = {
    id,
    rid,
    msg,
    u: personOf(visitor),
    more: { token, ...alias, ...attached },
    mayRead: async (room) => room.v?._id === visitor._id,
    effectOn: visitorEffect,
    follow: (room, message) => followVisitorMessage(deps, room, visitor, message),
  };
  const sent = await findSent(deps, draft);
  if (sent) return messageSeenBy(token, await complete(deps, draft, sent));
  const tooLong = exceedsLimit(deps, msg);
  const time = tooLong ? null : await roomActivity.takeMessageTime(rid, clock(), visitor._id);
  if (time === null) throw await visitorRefusal(deps, rid, visitor._id);
  if (!settings.get('Livechat_enabled')) throw new AppError('error-omnichannel-is-disabled');
  return store(deps, time, draft);
}

/** Why the visitor's message cannot be written. */
async function visitorRefusal({ rooms }: SendMessageDeps, rid: string, visitorId: string): Promise<AppError> {
  const room = await rooms.findByIdAndVisitor(rid, visitorId);
  if (room === null) return new AppError('invalid-room');
  return new AppError(room.open ? 'message-too-long' : 'room-closed');
}

const exceedsLimit = ({ settings }: SendMessageDeps, msg: string): boolean =>
  settings.get('Livechat_enable_message_character_limit') &&
  settings.get('Livechat_message_character_limit') > 0 &&
  msg.length > settings.get('Livechat_message_character_limit');

/** What a user's message has besides its text. */
export interface AgentMessageParts extends Pick<Message, 'alias' | 'avatar' | 'emoji' | 'groupable'> {
  readonly attachments?: readonly { readonly text?: string | undefined }[];
}

export interface AgentMessage extends AgentMessageParts {
  readonly rid: string;
  readonly msg: string;
  readonly id?: string | undefined;
}

/**
 * Writes a user's message into an open livechat room that they have access to. Only users with `message-impersonate`
 * write under another name or picture.
 * @throws {AppError} `invalid-room`, `not-allowed`, `room-closed`, `message-too-long`, or
 *   `invalid-message` for an id that belongs to another message.
 */
export async function sendAgentMessage(
  deps: SendMessageDeps,
  user: User,
  given: AgentMessage,
): Promise<Message> {
  const { access, clock, roomActivity, settings } = deps;
  const { id, rid, msg, ...parts } = given;
  refuseTooLong(settings, textsOf(given));
  if ((parts.alias || parts.avatar) && !access.hasPermission(user, 'message-impersonate'))
    throw new AppError('not-allowed', { reason: 'Not enough permission' });
  await getAccessibleRoom(deps, user, rid);
  const u = personOf(user);
  const draft: Draft = {
    id,
    rid,
    msg,
    u,
    more: parts,
    mayRead: (room) => canAccessRoom(deps, user, room),
    effectOn: (room, ts) => agentEffect(room, u, ts),
    follow: (room, message) => followAgentMessage(deps, room, u._id, message),
  };
  const sent = await findSent(deps, draft);
  if (sent) return complete(deps, draft, sent);
  const time = await roomActivity.takeMessageTime(rid, clock());
  if (time === null) throw new AppError('room-closed');
  return store(deps, time, draft);
}

const textsOf = ({ msg, attachments = [] }: AgentMessage): string[] => [
  msg,
  ...attachments.flatMap(({ text }) => text ?? []),
];

/** A message that is about to be stored. */
interface Draft {
  readonly id: string | undefined;
  readonly rid: string;
  readonly msg: string;
  readonly u: Person;
  /** What the message has besides. */
  readonly more: Partial<Pick<Message, 'token' | 'alias' | 'avatar' | 'emoji'> & Attached>;
  /** Whether its author may read a room, and quote from it. */
  mayRead(room: Room): Promise<boolean>;
  /** What it changes about the room, if it is written at that time. */
  effectOn(room: Room, ts: Date): MessageEffect;
  /** What follows once, when the message has been counted. */
  follow(room: Room, message: Message): Promise<void>;
}

/** Stores the message with the time that was reserved for it, and does what follows. */
async function store(
  deps: SendMessageDeps,
  { room: found, anyPending }: MessageTime,
  draft: Draft,
): Promise<Message> {
  const { clock, ids, messages, roomActivity } = deps;
  const { rid, msg, u, effectOn, follow } = draft;
  const ts = found.lm ?? clock();
  const more = await withQuotes(deps, draft);
  const lists = { urls: [], mentions: [], channels: [] };
  const _id = draft.id ?? ids.meteorId();
  const message = await messages.insert({ _id, rid, msg, ...more, ts, u, ...lists });
  if (message === null) {
    // Another request stored the same message in the meantime.
    const sent = await findSent(deps, draft);
    if (sent === null) throw new AppError('invalid-message');
    return sent;
  }
  const room = anyPending ? await countPending(deps, found, ts) : found;
  const [counted] = await Promise.all([
    roomActivity.recordMessage(rid, message, effectOn(room, ts)),
    showInQueue(deps, room, message),
  ]);
  if (counted) {
    await follow(room, message);
    if (anyPending) await countOvertaken(deps, room, counted, ts);
  } else if ((await deps.rooms.findById(rid)) === null) {
    // The visitor was deleted, with all rooms, while this was being stored.
    await messages.delete(_id);
    throw new AppError('invalid-room');
  }
  return message;
}

/** What a message has besides its text, with quotations of the messages that it links to. */
async function withQuotes(deps: SendMessageDeps, { msg, more, mayRead }: Draft): Promise<Draft['more']> {
  const quotes = await quotesIn(deps, msg, mayRead);
  return quotes.length === 0 ? more : { ...more, attachments: [...(more.attachments ?? []), ...quotes] };
}

/** Makes up for what follows a message that was sent before, where the request that stored it died in between. */
async function complete(deps: SendMessageDeps, { rid }: Draft, sent: Message): Promise<Message> {
  const room = await deps.rooms.findById(rid);
  if (room) await countPending(deps, room, new Date(sent.ts.getTime() + 1));
  return sent;
}

/**
 * The message that was sent earlier under the draft's id, or null.
 * @throws {AppError} `invalid-message` if the id belongs to another room or sender.
 */
async function findSent({ messages }: SendMessageDeps, { id, rid, u }: Draft): Promise<Message | null> {
  const sent = id === undefined ? null : await messages.findById(id);
  if (sent && (sent.rid !== rid || sent.u?._id !== u._id)) throw new AppError('invalid-message');
  return sent;
}
