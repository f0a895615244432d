import { createHash } from 'node:crypto';
import { compare, hash } from 'bcrypt';

/** Rocket.Chat's default bcrypt cost. */
const rounds = 10;

/** The lower-case hex SHA-256 of a password, which clients may send in its place. */
export const digestPassword = (password: string): string =>
  createHash('sha256').update(password).digest('hex');

/** What is stored of a password: the bcrypt hash of its digest. It is computed off the event loop. */
export const hashPasswordDigest = (digest: string): Promise<string> => hash(digest, rounds);

/** A real hash of a password that nobody has: comparing with it makes an unknown user take as long as a known one. */
let decoy: Promise<string> | undefined;

/**
 * Whether the digest is that of the stored password. If none is stored the answer is no, but only after the same
 * work, so that the time taken does not reveal which users exist.
 */
export async function isPassword(digest: string, stored: string | undefined): Promise<boolean> {
  decoy ??= hashPasswordDigest('');
  const hashed = typeof stored === 'string' ? stored : undefined;
  const matches = await compare(digest, hashed ?? (await decoy));
  return hashed !== undefined && matches;
}
