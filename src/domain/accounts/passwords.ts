import { createHash } from 'node:crypto';
import { compare, hash } from 'bcrypt';

/** The cost that Rocket.Chat's accounts have by default. */
const rounds = 10;

/** The lower-case hex SHA-256 of a password, which clients may send in its place. */
export const digestPassword = (password: string): string =>
  createHash('sha256').update(password).digest('hex');

/** What is stored of a password: the bcrypt hash of its digest. The work is done off the event loop. */
export const hashPasswordDigest = (digest: string): Promise<string> => hash(digest, rounds);

/** A real hash, of a password nobody has: comparing with it makes an unknown user take as long as a known one. */
let decoy: Promise<string> | undefined;

/**
 * Whether the digest is that of the stored password. Without a stored hash the answer is no, after the same work,
 * so that the time tells nothing about which users exist.
 */
export async function isPassword(digest: string, stored: string | undefined): Promise<boolean> {
  decoy ??= hashPasswordDigest('');
  const hashed = typeof stored === 'string' ? stored : undefined;
  const matches = await compare(digest, hashed ?? (await decoy));
  return hashed !== undefined && matches;
}
