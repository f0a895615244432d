import type { Batches, PageOf, PageRequest } from '../paging.ts';
import type { Person } from '../person.ts';
import type { TransferData } from '../rooms/transfer-data.ts';

/** A page that a visitor saw, as the widget reports it. */
export interface PageInfo {
  readonly title: string;
  readonly change: string;
  readonly location: { readonly href: string };
}

/** A file that belongs to a message. */
export interface MessageFile {
  readonly _id: string;
  readonly name?: string;
  readonly type?: string;
  readonly size?: number;
}

/** Who asked for a transcript. */
export interface TranscriptRequestData {
  readonly type: 'visitor' | 'user';
  readonly visitor?: Person;
  readonly user?: Person;
}

export interface Navigation {
  readonly page: PageInfo;
  readonly token: string;
}

/**
 * A document of `rocketchat_message`: what a person wrote (no `t`; with a `token` if it was a visitor), or a system
 * message. Page views are system messages too, with or without a room.
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
  /** The name that the message is shown under: a visitor's, or one that a bot speaks for. */
  readonly alias?: string;
  /** The address of a picture beside the message, or a symbol in its place. */
  readonly avatar?: string;
  readonly emoji?: string;
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
  readonly requestData?: TranscriptRequestData;
  readonly transferData?: TransferData;
  readonly editedAt?: Date;
  readonly editedBy?: Person;
  readonly file?: MessageFile;
  readonly files?: readonly MessageFile[];
  readonly attachments?: readonly unknown[];
  /** What an app shows in place of a text: stored by Rocket.Chat only. */
  readonly blocks?: readonly unknown[];
  readonly _updatedAt?: Date;
}

/** A message that says by whom a room was given to whom. */
export type TransferMessage = Message & Required<Pick<Message, 'transferData'>>;

export interface MessageChange {
  readonly msg: string;
  readonly editedAt: Date;
  readonly editedBy: Person;
}

/** Which part of a room's visible messages, newest first. */
export interface HistoryRequest {
  readonly limit: number;
  readonly offset: number;
  /** Only messages sent before this time. */
  readonly before?: Date;
  /** Types of system messages to leave out. */
  readonly hiddenTypes: readonly string[];
  /** Aborts when nobody is waiting for the messages any more. */
  readonly signal: AbortSignal;
}

/** Finds and lists messages. */
export interface MessageReads {
  findById(id: string): Promise<Message | null>;
  listHistory(roomId: string, request: HistoryRequest): Promise<Batches<Message>>;
  /** What people wrote in a room, and the closing comment; `searchTerm` is a part of the text, ignoring case. */
  listOfRoom(roomId: string, searchTerm: string | undefined, page: PageRequest): Promise<PageOf<Message>>;
  /** A room's page views, including hidden ones. */
  listPagesVisited(roomId: string, page: PageRequest): Promise<PageOf<Message>>;
  /** A room's messages about its transfers. */
  listTransfers(roomId: string, page: PageRequest): Promise<PageOf<TransferMessage>>;
  /** The last visible message in a room that a person wrote, not later than the given time. */
  findLastOfRoom(roomId: string, upTo: Date): Promise<Message | null>;
  /**
   * What visitors and agents wrote in a room between two times, the oldest first; none that a Rocket.Chat on the same
   * database stored.
   */
  listWrittenBetween(roomId: string, after: Date, before: Date, limit: number): Promise<Message[]>;
  /** Which of the rooms have a message that contains this text, with the same case. */
  listRoomsWithText(roomIds: readonly string[], text: string, signal: AbortSignal): Promise<string[]>;
  /** Everything in a room, the newest first. */
  readRoom(roomId: string, signal: AbortSignal): Batches<Message>;
  /** The page views of tokens that have no room. */
  readPageViews(tokens: readonly string[], signal: AbortSignal): Batches<Message>;
  /** Which of the rooms were given to another agent or department. */
  listTransferred(roomIds: readonly string[]): Promise<string[]>;
  /** The rooms' closing comments. */
  listClosings(roomIds: readonly string[]): Promise<Message[]>;
}

/** The documents of `rocketchat_message`, one room at a time. */
export interface MessageStore extends MessageReads {
  /** Inserts a message and returns it as stored; null if its `_id` is taken. */
  insert(message: Message): Promise<Message | null>;
  /** Assigns the page views of tokens that have no room to the room. */
  adoptPageViews(tokens: readonly string[], roomId: string): Promise<void>;
  /** Changes the text; returns the message after the change, or null if it is gone. */
  change(id: string, change: MessageChange): Promise<Message | null>;
  /** Makes what a visitor wrote in rooms another visitor's. */
  setVisitor(roomIds: readonly string[], fromId: string, toId: string): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Deletes everything in the rooms; returns how many messages that were. */
  deleteByRooms(roomIds: readonly string[]): Promise<number>;
  /** Deletes page views of a token, wherever they are; `limit` at most. */
  deletePageViews(token: string, limit: number): Promise<number>;
}
