import { createHash } from 'node:crypto';
import { compare, hash } from 'bcrypt';
import type { WorkQueue } from '../work-queue.ts';

/** Rocket.Chat's default bcrypt cost. */
const rounds = 10;

/** The lower-case hex SHA-256 of a password, which clients may send in its place. */
export const digestPassword = (password: string): string =>
  createHash('sha256').update(password).digest('hex');

/** Hashes passwords with bcrypt as Rocket.Chat does, few at a time. Both throw `OverloadedError` if too many wait. */
export interface PasswordHashing {
  /** What is stored of a password: the hash of its digest. */
  hash(digest: string): Promise<string>;
  /**
   * Whether the digest is that of the stored password. If none is stored the answer is no, but only after the same
   * work, so that the time taken does not reveal which users exist.
   */
  matches(digest: string, stored: string | undefined): Promise<boolean>;
}

/** A real hash of a password that nobody has: comparing with it makes an unknown user take as long as a known one. */
const decoy = '$2b$10$sJ3XE3emFsArBeuguRj4weWOh1a4diOLkZ0eKMN2hCwpPS5uviWIm';

/**
 * @param queue bounds how many hashes are in progress: each takes a processor for a tenth of a second, and one of
 *   libuv's four threads, which the embedded database's storage needs too.
 */
export const createPasswordHashing = (queue: WorkQueue): PasswordHashing => ({
  hash: (digest) => queue.run(() => hash(digest, rounds)),
  async matches(digest, stored) {
    const hashed = typeof stored === 'string' ? stored : undefined;
    const matches = await queue.run(() => compare(digest, hashed ?? decoy));
    return hashed !== undefined && matches;
  },
});
