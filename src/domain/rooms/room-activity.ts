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

/** What messages change about their room. */
export interface RoomActivityStore {
  /**
   * Reserves the time of an open room's next message by moving `lm` to it: later than every message before. Returns
   * the room with that `lm`, or null if it is not open (or is not the visitor's, if one is given).
   */
  takeMessageTime(id: string, now: Date, visitorId?: string): Promise<Room | null>;
  countMessages(id: string, count: number): Promise<void>;
  /**
   * Counts a message, once, and makes it the last one, unless a later one is already.
   * @returns false if it is counted already: by another request that sends it again.
   */
  recordMessage(id: string, message: LastMessage, effect: MessageEffect): Promise<boolean>;
  /**
   * The same for a message that may be counted or not, since whoever stored it may have died in between. It is known
   * not to be if the room's last message is older; if that is later, it is taken for counted.
   */
  recordUncounted(id: string, message: LastMessage, effect: MessageEffect): Promise<boolean>;
  /** Makes another message the last one, or none, if the last one is still the one that this concerns. */
  replaceLastMessage(id: string, staleId: string, last: LastMessage | null): Promise<void>;
}
