import type { Person } from '../person.ts';

/**
 * Who can be banned: an IP address or a network, a visitor with all of their tokens, or whoever has an e-mail address.
 */
export const banKinds = ['address', 'visitor', 'email'] as const;
export type BanKind = (typeof banKinds)[number];

/** A document of `foyer_ban`: somebody who may use nothing that is open to anyone. */
export interface Ban {
  readonly _id: string;
  readonly kind: BanKind;
  /** An address or a network (`192.0.2.0/24`), the `_id` of a visitor, or an e-mail address in lower case. */
  readonly value: string;
  /** Why, for other users. */
  readonly reason: string;
  readonly createdAt: Date;
  readonly createdBy: Person;
  /** Absent if it does not end by itself. */
  readonly expiresAt?: Date;
}

/** What is known of whoever calls. */
export interface Suspect {
  /** The client's IP address. */
  readonly address?: string | undefined;
  readonly token?: string | undefined;
  readonly email?: string | undefined;
}

/** Answers from memory: changes by this instance are seen at once, those by others within seconds. */
export interface Bans {
  /** Whether any of this is banned. */
  isBanned(who: Suspect): boolean;
}

/** So many bans there may be; two that are added at once may make one more. */
export const mostBans = 5_000;

export interface BanStore extends Bans {
  /** All bans that have not expired, the newest first; `mostBans` at most. */
  list(): Promise<Ban[]>;
  /**
   * Stores a ban; one of the same value is renewed and keeps its `_id`.
   * @returns the ban as stored; null if there are too many.
   */
  put(ban: Ban): Promise<Ban | null>;
  /** False if there is none with the id. */
  remove(id: string): Promise<boolean>;
  /**
   * Makes the bans of visitors, by their `_id`s, another visitor's: whoever turns out to be somebody else stays banned.
   * If that visitor is banned already, the ban that ends later counts.
   */
  setVisitor(fromIds: readonly string[], toId: string): Promise<void>;
  /** Removes the ban of a visitor, by an `_id` that is or was theirs; returns how many there were. */
  removeOfVisitor(id: string): Promise<number>;
}
