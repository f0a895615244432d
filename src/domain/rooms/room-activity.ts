import type { LastMessage } from './last-message.ts';
import type { Room } from './room.ts';

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
  /** It tells of something that happened to the room: nobody asks or answers. */
  | { readonly from: 'system' }
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

/** The time that was reserved for a message. */
export interface MessageTime {
  /** The room, with that time as its `lm`. */
  readonly room: Room;
  /**
   * Whether a time was reserved before that no counted message has: its message is on its way, or was stored by
   * somebody who died before they counted it.
   */
  readonly anyPending: boolean;
}

/** A message that has just been counted. */
export interface CountedMessage {
  /** Whether it is the room's last one; otherwise a later one was counted before. */
  readonly isLast: boolean;
  /** When the one that was the last until then was sent. */
  readonly previousTs?: Date | undefined;
}

/** What messages change about their room. */
export interface RoomActivityStore {
  /**
   * Reserves the time of an open room's next message by moving `lm` to it: later than every message before. Null if
   * the room is not open (or is not the visitor's, if one is given).
   */
  takeMessageTime(id: string, now: Date, visitorId?: string): Promise<MessageTime | null>;
  /** False if there is no such room. */
  countMessages(id: string, count: number): Promise<boolean>;
  /**
   * Counts a message, once, and makes it the last one, unless a later one is already.
   * @returns null if it is counted already: by another request that sends it again, or as one that was overtaken.
   */
  recordMessage(id: string, message: LastMessage, effect: MessageEffect): Promise<CountedMessage | null>;
  /**
   * The same by another request than the one that stored the message, which may have died. Only for a message that was
   * found before the room was seen with a last message that is older.
   */
  recordUncounted(id: string, message: LastMessage, effect: MessageEffect): Promise<CountedMessage | null>;
  /**
   * Counts a message that is known not to have been the last one before a later one was, once, whoever does it first.
   * @returns false if it is counted already.
   */
  countOvertaken(id: string, message: LastMessage, effect: MessageEffect): Promise<boolean>;
  /** Makes another message the last one, or none, if the last one is still the one that this concerns. */
  replaceLastMessage(id: string, staleId: string, last: LastMessage | null): Promise<void>;
}
