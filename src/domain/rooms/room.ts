import type { Contact } from '../contacts/contact.ts';
import type { ChannelSource, RoomSource } from '../contacts/source.ts';
import type { PageOf, PageRequest } from '../paging.ts';
import type { Person } from '../person.ts';
import type { LastMessage } from './last-message.ts';

/** What a room stores about its visitor. */
export interface RoomVisitor {
  readonly _id: string;
  readonly username?: string;
  readonly token?: string;
  readonly status?: string;
  readonly name?: string;
  readonly activity?: readonly string[];
  readonly lastMessageTs?: Date;
}

export interface ServedBy extends Person {
  readonly ts?: Date;
}

/**
 * Durations are in seconds; `lq` and `lr` are the times of the visitor's last question and the agent's last reply.
 */
export interface RoomMetrics {
  readonly v?: { readonly lq?: Date };
  readonly servedBy?: { readonly lr?: Date };
  readonly response?: {
    readonly total?: number;
    readonly avg?: number;
    readonly tt?: number;
    readonly ft?: number;
    readonly fd?: Date;
  };
  readonly reaction?: { readonly tt?: number; readonly ft?: number; readonly fd?: Date };
  readonly chatDuration?: number;
  readonly serviceTimeDuration?: number;
}

/**
 * A livechat document of `rocketchat_room` (`t: 'l'`), as far as the service reads it; documents from older releases
 * may lack anything but `_id`. A closed room has no `open`.
 */
export interface Room {
  readonly _id: string;
  readonly t: 'l';
  readonly msgs?: number;
  readonly usersCount?: number;
  readonly lm?: Date;
  readonly fname?: string;
  readonly ts?: Date;
  readonly departmentId?: string;
  readonly v?: RoomVisitor;
  /** The `_id` of the person's document in `rocketchat_livechat_contact`; from Rocket.Chat 7 on. */
  readonly contactId?: string;
  readonly cl?: boolean;
  readonly open?: boolean;
  readonly waitingResponse?: boolean;
  /** Whether the contact has proved that the channel is theirs. */
  readonly verified?: boolean;
  readonly source?: RoomSource;
  readonly queuedAt?: Date;
  readonly priorityWeight?: number;
  readonly estimatedWaitingTimeQueue?: number;
  readonly _enforceSingleRoom?: boolean;
  readonly servedBy?: ServedBy;
  readonly metrics?: RoomMetrics;
  readonly responseBy?: Person & { readonly firstResponseTs?: Date; readonly lastMessageTs?: Date };
  readonly lastMessage?: LastMessage;
  readonly livechatData?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
  readonly onHold?: boolean;
  readonly transcriptRequest?: unknown;
  readonly closedAt?: Date;
  readonly closer?: 'visitor' | 'user';
  readonly closedBy?: Person;
  readonly _updatedAt?: Date;
}

/** How a conversation ended. */
export interface Closing {
  readonly closedAt: Date;
  readonly closer: 'visitor' | 'user';
  readonly closedBy: Person;
  readonly tags?: readonly string[];
  /** Seconds from the room's opening to its closing. */
  readonly chatDuration?: number | undefined;
  /** Seconds from the agent's assignment to the closing. */
  readonly serviceTimeDuration?: number | undefined;
}

/** How long an agent took to answer. */
export interface ResponseTimes {
  /** Seconds since the visitor's question. */
  readonly response: number;
  /** Seconds since the agent joined or, if they had answered before, since the question. */
  readonly reaction: number;
  /** The average of the room's response times in seconds, including this one. */
  readonly average: number;
  readonly isFirst: boolean;
}

/** What a message changes about its room besides the counter and `lastMessage`. */
export type MessageEffect =
  /** `asks`: it is the first message since the agent's last answer. */
  | { readonly from: 'visitor'; readonly asks: boolean }
  | {
      readonly from: 'agent';
      /** Who is answering the visitor; absent if nobody was waiting and nobody had answered. */
      readonly responseBy?: NonNullable<Room['responseBy']>;
      /** Whether it is the first message since the visitor's last question. */
      readonly answers: boolean;
      readonly times?: ResponseTimes;
      /** The current month as `YYYY-MM`, in which the room's visitor counts as active. */
      readonly month?: string;
    };

export interface Period {
  readonly start?: Date;
  readonly end?: Date;
}

/** What staff may filter rooms by. */
export interface RoomFilter {
  readonly agents?: readonly string[];
  /** Ids of departments. */
  readonly departments?: readonly string[];
  readonly open?: boolean;
  readonly served?: boolean;
  readonly createdAt?: Period;
  readonly closedAt?: Period;
  readonly tags?: readonly string[];
  readonly customFields?: Readonly<Record<string, string>>;
  /** A part of the name, ignoring case. */
  readonly roomName?: string;
  readonly onHold?: boolean;
  readonly queued?: boolean;
}

/** What staff may filter one visitor's rooms by. */
export interface ChatFilter {
  readonly closedOnly: boolean;
  readonly servedOnly: boolean;
  /** A part of the source's type or alias, ignoring case. */
  readonly source?: string;
}

export type FoundChat = Pick<
  Room,
  '_id' | 'fname' | 'ts' | 'v' | 'msgs' | 'servedBy' | 'closedAt' | 'closedBy' | 'closer' | 'tags'
>;

/** Finds and lists rooms. */
export interface RoomReads {
  findById(id: string): Promise<Room | null>;
  /** The open room with this id whose visitor has the token. */
  findOpenByIdAndToken(id: string, token: string): Promise<Room | null>;
  /** The room with this id whose visitor has the token, open or closed. */
  findByIdAndToken(id: string, token: string): Promise<Room | null>;
  /** The newest open room of the visitor with the token. */
  findOpenByToken(token: string): Promise<Room | null>;
  /** The open rooms of the visitor with the token: at most one that Foyer opened. */
  listOpenByToken(token: string): Promise<Room[]>;
  /** The ids of all of a visitor's rooms. */
  listIdsByVisitor(visitorId: string): Promise<string[]>;
  listByVisitor(visitorId: string, page: PageRequest): Promise<PageOf<Room>>;
  /** The ids of the visitor's rooms that pass the filter. */
  listChatIds(visitorId: string, filter: ChatFilter): Promise<string[]>;
  /** The visitor's rooms that pass the filter and, if `among` is given, are among those. */
  listChats(
    visitorId: string,
    filter: ChatFilter,
    among: readonly string[] | undefined,
    page: PageRequest,
  ): Promise<PageOf<FoundChat>>;
  list(filter: RoomFilter, page: PageRequest): Promise<PageOf<Room>>;
}

/** What messages change about their room. */
export interface RoomMessages {
  /**
   * Reserves the time of an open room's next message by moving `lm` to it: later than every message before. Returns
   * the room with that `lm`, or null if it is not open (or is not the visitor's, if a token is given).
   */
  takeMessageTime(id: string, now: Date, token?: string): Promise<Room | null>;
  countMessages(id: string, count: number): Promise<void>;
  /** Counts a message and makes it the last one, unless a later one is already. */
  recordMessage(id: string, message: LastMessage, effect: MessageEffect): Promise<void>;
  /** Updates the last message, if it is this one. */
  replaceLastMessage(id: string, message: LastMessage): Promise<void>;
  /** Uncounts a deleted message; `last` is the last one that remains. */
  uncountMessage(id: string, messageId: string, last: LastMessage | null): Promise<void>;
}

/** The livechat rooms in `rocketchat_room`; rooms of other kinds are ignored. */
export interface RoomStore extends RoomReads, RoomMessages {
  /** Inserts a room; false if its visitor already has an open one. */
  open(room: Room): Promise<boolean>;
  /** Assigns the room to an agent; null if it is not open or has an agent. */
  serve(id: string, agent: ServedBy): Promise<Room | null>;
  /** Closes an open room; null if it was not open. */
  close(id: string, closing: Closing): Promise<Room | null>;
  /** Removes empty lists of tags from rooms. */
  dropEmptyTags(ids: readonly string[]): Promise<void>;
  /** Sets a visitor's new name on their open rooms. */
  rename(ids: readonly string[], fname: string): Promise<void>;
  /** Assigns the rooms that a visitor had on a channel to its contact, and gives them the contact's name. */
  setContact(visitorId: string, source: ChannelSource, contact: Pick<Contact, '_id' | 'name'>): Promise<void>;
  setVisitorStatus(token: string, status: string): Promise<void>;
  /**
   * Sets a custom field of scope `room` on the visitor's open rooms; without `overwrite`, only if it has no value.
   */
  setLivechatData(token: string, key: string, value: string, overwrite: boolean): Promise<void>;
  deleteByVisitor(visitorId: string): Promise<void>;
}
