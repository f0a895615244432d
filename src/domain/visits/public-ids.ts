import { randomInt } from 'node:crypto';

/**
 * The ids by which others know a visitor, the same for ever: REVE Chat's clients by the number, LiveChat's by the
 * text, Rocket.Chat's by `id`, which is the `_id` of the visitor's document once they are registered.
 */
export interface VisitorIds {
  readonly id: string;
  /** A positive integer below 2^53; the later the first visit, the greater. */
  readonly number: number;
  /** `S`, the second of the first visit, a dot and ten hexadecimal characters. */
  readonly liveChatId: string;
}

/** One of a visitor's public ids, as a client names it. */
export type VisitorReference =
  | { readonly by: 'id' | 'liveChatId'; readonly value: string }
  | { readonly by: 'number'; readonly value: number };

/** What else has public ids besides visitors. A group is a department as LiveChat numbers it. */
export type NumberedKind = 'agent' | 'chat' | 'group' | 'offline-message';

/** Something that needs public ids: the `_id` of its document, and when that was created, if known. */
export interface Numbered {
  readonly id: string;
  readonly createdAt?: Date | undefined;
}

/** The public ids of something, the same for ever. */
export interface PublicId {
  readonly id: string;
  /** A positive integer below 2^53: for a group 1, 2 and so on, for the rest made from the moment of creation. */
  readonly number: number;
  /** Ten characters of `A` to `Z` and `0` to `9`. */
  readonly code: string;
}

/** Gives public ids to agents, chats, groups and offline messages, and finds what they belong to. */
export interface PublicIdStore {
  /** The public ids of these, by `id`; whatever has none yet is given some. */
  give(kind: NumberedKind, things: readonly Numbered[]): Promise<ReadonlyMap<string, PublicId>>;
  /** The `_id` of what has the number; null if none was given out. */
  findByNumber(kind: NumberedKind, number: number): Promise<string | null>;
  /** The `_id` of what has the code; null if it was not given out. */
  findByCode(kind: NumberedKind, code: string): Promise<string | null>;
  /** Forgets the ids of what is deleted, by its `_id`s. */
  forget(kind: Exclude<NumberedKind, 'group'>, ids: readonly string[]): Promise<void>;
}

/** How many numbers there are for each millisecond. They stay below 2^53 until the year 2255. */
const numbersPerMs = 1_000;

/**
 * A number made from a moment, so that what came later has the greater number without a counter. A number may be
 * taken already: with each attempt, moments that are further on are tried, twice as far each time.
 * @param attempt how many numbers for the same thing were taken.
 */
export function numberOfMoment(moment: Date, attempt: number): number {
  const spreadMs = Math.min(2 ** attempt, 2 ** 20);
  const startMs = Math.max(moment.getTime(), 0);
  return startMs * numbersPerMs + randomInt(1, spreadMs * numbersPerMs);
}

/** An id in LiveChat's form for a visitor who first came at the moment. */
export function liveChatIdOf(moment: Date): string {
  const seconds = Math.floor(Math.max(moment.getTime(), 0) / 1000);
  return `S${seconds}.${randomInt(2 ** 40)
    .toString(16)
    .padStart(10, '0')}`;
}

const codeAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const codeLength = 10;

/** A code in the form of LiveChat's chat ids. */
export const randomCode = (): string =>
  Array.from({ length: codeLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
