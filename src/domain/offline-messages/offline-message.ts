import type { Batches } from '../paging.ts';
import type { Person } from '../person.ts';

/** An agent's answer to an offline message. */
export interface OfflineReply {
  readonly _id: string;
  readonly text: string;
  readonly repliedAt: Date;
  readonly agent: Person & { readonly email: string };
}

/**
 * What a visitor left while nobody was there: a document of `foyer_offline_message`. Texts that are unknown are `""`.
 * Rocket.Chat only mails it.
 */
export interface OfflineMessage {
  readonly _id: string;
  /** The public number; the later the message, the greater. */
  readonly number: number;
  /** The public number of the visitor. */
  readonly visitorNumber: number;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  /** The department that was chosen. */
  readonly departmentId: string;
  /** The page from which it was sent. */
  readonly host: string;
  readonly subject: string;
  readonly text: string;
  readonly receivedAt: Date;
  readonly isUnread: boolean;
  /** The newest first. */
  readonly replies: readonly OfflineReply[];
}

/** Offline messages, for REVE Chat's clients and Foyer's own. */
export interface OfflineMessageStore {
  /**
   * Stores a message unless an equal one is stored under the same key.
   * @param repeatKey the same for messages that are to be stored once.
   * @returns the message that is stored under the key.
   */
  add(message: OfflineMessage, repeatKey: string): Promise<OfflineMessage>;
  /** A message that is stored under one of the keys. */
  findRepeated(repeatKeys: readonly string[]): Promise<OfflineMessage | null>;
  findById(id: string): Promise<OfflineMessage | null>;
  findByNumber(number: number): Promise<OfflineMessage | null>;
  listNewestFirst(page: { readonly offset: number; readonly count: number }): Promise<OfflineMessage[]>;
  /** What a visitor left, the newest first; at most `limit`. */
  listByVisitor(visitorNumber: number, limit: number): Promise<OfflineMessage[]>;
  /** Everything that a visitor left, the newest first. */
  readByVisitor(visitorNumber: number, signal: AbortSignal): Batches<OfflineMessage>;
  /** Adds a reply, after which the message is no longer unread; null if there is no such message. */
  addReply(id: string, reply: OfflineReply): Promise<OfflineMessage | null>;
  /** Marks a message as read or unread; null if there is none. */
  setUnread(id: string, isUnread: boolean): Promise<OfflineMessage | null>;
  /** Makes what a visitor left another visitor's. */
  setVisitor(fromNumber: number, toNumber: number): Promise<void>;
  /**
   * Deletes what a visitor left.
   * @returns the `_id`s of the messages, and of the replies to them.
   */
  deleteByVisitor(
    visitorNumber: number,
  ): Promise<readonly { readonly id: string; readonly replyIds: string[] }[]>;
}
