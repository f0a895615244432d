import type { PageOf, PageRequest } from '../paging.ts';
import type { Person } from '../person.ts';

/** A page that a visitor saw, as the widget reports it. */
export interface PageInfo {
  readonly title: string;
  readonly change: string;
  readonly location: { readonly href: string };
}

export interface Navigation {
  readonly page: PageInfo;
  readonly token: string;
}

/**
 * A document of `rocketchat_message`: what a person wrote (no `t`; with `token` if it was a visitor), or a system
 * message. Page views are system messages too, with a room or without.
 */
export interface Message {
  readonly _id: string;
  /** Absent on page views from before the visitor's first room. */
  readonly rid?: string;
  readonly t?: string;
  readonly msg: string;
  readonly ts: Date;
  readonly u?: Person;
  readonly token?: string;
  readonly alias?: string;
  readonly groupable?: boolean;
  readonly urls?: readonly unknown[];
  readonly mentions?: readonly unknown[];
  readonly channels?: readonly unknown[];
  readonly md?: readonly unknown[];
  readonly navigation?: Navigation;
  /** Rocket.Chat stores a number of milliseconds here for page views, which its TTL index ignores. */
  readonly expireAt?: number | Date;
  readonly _hidden?: boolean;
  readonly transcriptRequested?: boolean;
  readonly editedAt?: Date;
  readonly editedBy?: Person;
  readonly file?: { readonly _id: string; readonly type?: string };
  readonly _updatedAt?: Date;
}

export interface MessageChange {
  readonly msg: string;
  readonly editedAt: Date;
  readonly editedBy: Person;
}

/** Which part of a room's visible messages, newest first. */
export interface HistoryRequest {
  readonly limit: number;
  readonly offset: number;
  /** Only messages from before this moment. */
  readonly before?: Date;
  /** Kinds of system messages that are left out. */
  readonly hiddenTypes: readonly string[];
}

/** Finds and lists messages. */
export interface MessageReads {
  findById(id: string): Promise<Message | null>;
  listHistory(roomId: string, request: HistoryRequest): Promise<Message[]>;
  /** What people wrote in a room, and the closing comment; `searchTerm` is a part of it, in any case. */
  listOfRoom(roomId: string, searchTerm: string | undefined, page: PageRequest): Promise<PageOf<Message>>;
  /** The page views of a room, hidden ones included. */
  listPagesVisited(roomId: string, page: PageRequest): Promise<PageOf<Message>>;
  /** The last visible message of a room that a person wrote. */
  findLastOfRoom(roomId: string): Promise<Message | null>;
  /** Which of the rooms hold a message with this text in it, in the same case. */
  listRoomsWithText(roomIds: readonly string[], text: string): Promise<string[]>;
  /** The closing comments of the rooms. */
  listClosings(roomIds: readonly string[]): Promise<Message[]>;
}

/** The documents of `rocketchat_message`, one room at a time. */
export interface MessageStore extends MessageReads {
  /** Inserts a message and gives it as stored; null if its `_id` is taken. */
  insert(message: Message): Promise<Message | null>;
  /** Gives a token's page views without a room to the room. */
  adoptPageViews(token: string, roomId: string): Promise<void>;
  /** Changes the text; gives the message as it is now, or null if it is gone. */
  change(id: string, change: MessageChange): Promise<Message | null>;
  delete(id: string): Promise<boolean>;
  deleteByRooms(roomIds: readonly string[]): Promise<void>;
}
