import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { KeyScope, KeyScopeStore } from './key-scopes.ts';
import { hashToken, isTokenAlive, loginExpiryCutoff, tokensOf } from './login-tokens.ts';
import type { PermissionStore } from './permissions.ts';
import type { User, UserStore, UserWithCredentials } from './user.ts';

/** Who may do what, by Rocket.Chat's users, roles and permissions. */
export interface AccessControl {
  /**
   * The active user who holds this login token or personal access token, or null, also if it is limited to scopes.
   * Users are remembered for a few seconds: a logout or a change of roles made by another instance takes effect after
   * that long at most, one made by this instance at once. One who is remembered is returned without a promise, which
   * would take longer than all else.
   */
  findUserByToken(userId: string, token: string): User | null | Promise<User | null>;
  /** The same with the scopes that the token is limited to, for callers that respect them. */
  findByToken(userId: string, token: string): TokenHolder | null | Promise<TokenHolder | null>;
  /** Whether one of the user's roles holds the permission. */
  hasPermission(user: User, permission: string): boolean;
  /**
   * Makes the next request read the user from the database again: after a logout, or a change of password, roles or
   * status.
   */
  forgetUser(userId: string): void;
}

/** Who has a token, and what it is limited to; null if it is not. */
export interface TokenHolder {
  readonly user: User;
  readonly scopes: readonly KeyScope[] | null;
}

export interface AccessOptions {
  readonly users: Pick<UserStore, 'findWithCredentials'>;
  readonly keyScopes: Pick<KeyScopeStore, 'find'>;
  readonly permissions: Pick<PermissionStore, 'rolesOf'>;
  readonly settings: Settings;
  readonly clock: Clock;
  /** How long a user is remembered, in milliseconds. */
  readonly rememberMs: number;
}

/** A user is being read; once they are to be forgotten, this may have seen them as they were before. */
interface Read {
  readonly userId: string;
  isStale: boolean;
}

/** At most this many users are remembered at a time; the one not asked for longest is forgotten first. */
const capacity = 10_000;

interface HolderCache {
  get(hashedToken: string): TokenHolder | undefined;
  set(hashedToken: string, holder: TokenHolder): void;
  /** Forgets a user with all of their tokens. */
  forget(userId: string): void;
}

/** Users by the hashes of their tokens, for a while. */
function rememberHolders({ clock, rememberMs }: Pick<AccessOptions, 'clock' | 'rememberMs'>): HolderCache {
  const hashesOf = new Map<string, Set<string>>();
  const remembered = new LRUCache<string, TokenHolder>({
    max: capacity,
    ttl: rememberMs,
    ttlResolution: 0,
    perf: { now: () => clock().getTime() },
    onInsert({ user }, hashedToken) {
      const hashes = hashesOf.get(user._id) ?? new Set();
      hashesOf.set(user._id, hashes.add(hashedToken));
    },
    dispose({ user }, hashedToken) {
      const hashes = hashesOf.get(user._id);
      hashes?.delete(hashedToken);
      if (hashes?.size === 0) hashesOf.delete(user._id);
    },
  });
  return {
    get: (hashedToken) => remembered.get(hashedToken),
    set: (hashedToken, holder) => void remembered.set(hashedToken, holder),
    forget(userId) {
      for (const hashedToken of [...(hashesOf.get(userId) ?? [])]) remembered.delete(hashedToken);
    },
  };
}

/** Finds users by their tokens, which it remembers for a few seconds under the token's hash. */
export function createAccessControl(options: AccessOptions): AccessControl {
  const { users, keyScopes, permissions, settings, clock } = options;
  const remembered = rememberHolders(options);
  const reads = new Set<Read>();

  /**
   * The scopes come first: they are there before their token and go after it, so that a token that is being removed is
   * never taken for one without scopes.
   */
  const readScopesAndUser = async (userId: string, hashedToken: string) =>
    [await keyScopes.find(hashedToken), await users.findWithCredentials({ id: userId })] as const;

  async function readHolder(userId: string, hashedToken: string): Promise<TokenHolder | null> {
    const read: Read = { userId, isStale: false };
    reads.add(read);
    const [scopes, found] = await readScopesAndUser(userId, hashedToken).finally(() => reads.delete(read));
    if (!found || !isLoggedIn(found, hashedToken, loginExpiryCutoff(settings, clock()))) return null;
    const holder = { user: withoutCredentials(found), scopes };
    if (!read.isStale) remembered.set(hashedToken, holder);
    return holder;
  }

  const findByToken: AccessControl['findByToken'] = (userId, token) => {
    const hashedToken = hashToken(token);
    const known = remembered.get(hashedToken);
    if (known === undefined) return readHolder(userId, hashedToken);
    return known.user._id === userId ? known : null;
  };

  return {
    findByToken,
    findUserByToken(userId, token) {
      const found = findByToken(userId, token);
      return found instanceof Promise ? found.then(unlimitedUser) : unlimitedUser(found);
    },
    hasPermission(user, permission) {
      const roles = permissions.rolesOf(permission);
      return user.roles.some((role) => roles.includes(role));
    },
    forgetUser(userId) {
      for (const read of reads) if (read.userId === userId) read.isStale = true;
      remembered.forget(userId);
    },
  };
}

/** Who has a token that is not limited to scopes. */
const unlimitedUser = (holder: TokenHolder | null): User | null =>
  holder?.scopes === null ? holder.user : null;

const isLoggedIn = ({ active, services }: UserWithCredentials, hashedToken: string, cutoff: Date): boolean =>
  active !== false &&
  tokensOf(services).some((stored) => stored.hashedToken === hashedToken && isTokenAlive(stored, cutoff));

/** The user as the rest of the service may see them. */
export function withoutCredentials(user: UserWithCredentials): User {
  const { services: _, ...rest } = user;
  return rest;
}
