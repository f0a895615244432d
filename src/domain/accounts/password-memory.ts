import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { UserWithCredentials } from './user.ts';

/** Passwords that were right moments ago: clients of Basic send theirs with every request. */
export interface PasswordMemory {
  isRemembered(user: UserWithCredentials, digest: string): boolean;
  remember(user: UserWithCredentials, digest: string): void;
}

const rememberMs = 10_000;
const capacity = 1_000;

/** Remembers digests under a key of this process, together with the stored hash: a new password ends it at once. */
export function createPasswordMemory(clock: Clock): PasswordMemory {
  const secret = randomBytes(32);
  const remembered = new LRUCache<string, true>({
    max: capacity,
    ttl: rememberMs,
    ttlResolution: 0,
    perf: { now: () => clock().getTime() },
  });
  const keyOf = ({ _id, services }: UserWithCredentials, digest: string): string =>
    createHmac('sha256', secret)
      .update([_id, services.password?.bcrypt ?? '', digest].join('\n'))
      .digest('base64');
  return {
    isRemembered: (user, digest) => remembered.has(keyOf(user, digest)),
    remember: (user, digest) => void remembered.set(keyOf(user, digest), true),
  };
}
