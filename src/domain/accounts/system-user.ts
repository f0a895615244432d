import type { Person } from '../person.ts';

/** The author of system messages, in every Rocket.Chat. */
export const systemUserId = 'rocket.cat';

/** Knows the author of system messages; answers from memory nearly always. */
export interface SystemUserSource {
  /** `rocket.cat` with its username and name, or null if the database has no such user; no promise if it is known. */
  findSystemUser(): Person | Promise<Person | null>;
}
