import type { Person } from '../person.ts';

/** Knows who writes system messages; answered from memory but for once in a while. */
export interface SystemUserSource {
  /** `rocket.cat` with its username and name, or null where the database has no such user. */
  findSystemUser(): Promise<Person | null>;
}
