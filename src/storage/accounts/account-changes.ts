import type { Db } from 'mongodb';
import type { AccessControl } from '../../domain/accounts/access.ts';
import type { Logger } from '../../observability/logger.ts';
import { type ChangeSource, followChanges } from '../mongodb/change-feed.ts';
import type { Refresher } from '../settings/refresh.ts';

/** Where changes of what is kept in memory are told of. */
export interface AccountChangeSources {
  readonly users: ChangeSource;
  readonly permissions: ChangeSource;
  readonly settings: ChangeSource;
}

export interface AccountFollower {
  readonly access: Pick<AccessControl, 'forgetUser'>;
  readonly refresher: Pick<Refresher, 'now'>;
  readonly logger: Logger;
}

/** What is followed of a database. */
export const accountChangesOf = (db: Db): AccountChangeSources => ({
  users: db.collection('users'),
  permissions: db.collection('rocketchat_permissions'),
  settings: db.collection('rocketchat_settings'),
});

/**
 * Forgets users, permissions and settings as soon as another instance, or Rocket.Chat itself, changes them. Where the
 * server has no change streams they are forgotten by time alone, some seconds later.
 * @returns what ends it.
 */
export function followAccounts(
  { users, permissions, settings }: AccountChangeSources,
  { access, refresher, logger }: AccountFollower,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const following = Promise.all([
    followChanges(users, access.forgetUser, signal, logger),
    followChanges(permissions, refresher.now, signal, logger),
    followChanges(settings, refresher.now, signal, logger),
  ]);
  return async () => {
    stopping.abort();
    await following;
  };
}
