import type { Db } from 'mongodb';
import type { Config } from './config/config.ts';
import { createAccessControl } from './domain/accounts/access.ts';
import type { ActivityCounter } from './domain/activity.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { type IdSource, randomIds } from './domain/ids.ts';
import type { Logger } from './observability/logger.ts';
import { accountChangesOf, followAccounts } from './storage/accounts/account-changes.ts';
import { createLoginAttemptStore } from './storage/accounts/login-attempts.ts';
import { createPermissionStore } from './storage/accounts/permissions.ts';
import { createRoleStore } from './storage/accounts/roles.ts';
import { createSystemUserSource } from './storage/accounts/system-user.ts';
import { createUserStore } from './storage/accounts/users.ts';
import { createMessageStore } from './storage/messages/messages.ts';
import { createPageViewExpiry, expireRegularly } from './storage/pages/page-view-expiry.ts';
import { createPageViewStorage } from './storage/pages/page-views.ts';
import { createInquiryStore } from './storage/rooms/inquiries.ts';
import { createRoomStore } from './storage/rooms/rooms.ts';
import { createSubscriptionStore } from './storage/rooms/subscriptions.ts';
import { createDepartmentStore } from './storage/routing/departments.ts';
import { createRoutingStore } from './storage/routing/routing.ts';
import { refreshRegularly } from './storage/settings/refresh.ts';
import { createSettingStore } from './storage/settings/settings.ts';
import { searchTiming } from './storage/visitor-search/search-timing.ts';
import { startVisitorSearch } from './storage/visitor-search/visitor-search.ts';
import { createVisitorStores } from './visitor-stores.ts';

/** What tests replace. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly logger?: Logger;
  /** How long users, permissions and settings in memory may be out of date. */
  readonly memoryMs?: number;
}

/**
 * Changes that another instance, or Rocket.Chat itself, makes to users, permissions and settings take effect within
 * this time.
 */
const defaultMemoryMs = 3_000;

export interface BuildOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly overrides: Overrides;
  readonly activity: ActivityCounter;
  /** The names of indexes that are not unique because of duplicates. */
  readonly nonUniqueIndexes: ReadonlySet<string>;
}

export interface BuiltDependencies {
  readonly deps: Dependencies;
  /** Stops the work in the background. Call before the database is closed. */
  release(): Promise<void>;
}

/** Builds what use cases and endpoints work with, over one database. */
export async function buildDependencies(
  db: Db,
  { config, logger, overrides, activity, nonUniqueIndexes }: BuildOptions,
): Promise<BuiltDependencies> {
  const clock = overrides.clock ?? systemClock;
  const memoryMs = overrides.memoryMs ?? defaultMemoryMs;
  const settings = createSettingStore(db, config.settingOverrides);
  const permissions = createPermissionStore(db);
  await Promise.all([settings.refresh(), permissions.refresh()]);
  const refresher = refreshRegularly([settings, permissions], memoryMs, logger);
  const users = createUserStore(db);
  const access = createAccessControl({ users, permissions, settings, clock, rememberMs: memoryMs });
  const stopFollowing = followAccounts(accountChangesOf(db), { access, refresher, logger });
  const expiry = createPageViewExpiry(db);
  const stopExpiring = expireRegularly(expiry, clock, logger);
  const pageViews = createPageViewStorage({ db, clock, logger, expiry });
  const ids = overrides.ids ?? randomIds;
  const visitorSearch = await startVisitorSearch(db, { ids, logger, time: searchTiming(clock) });
  const deps: Dependencies = {
    access,
    activity,
    clock,
    ids,
    departments: createDepartmentStore(db),
    inquiries: createInquiryStore(db, clock),
    loginAttempts: createLoginAttemptStore(db),
    messages: createMessageStore(db, clock),
    pageViews,
    permissions,
    roles: createRoleStore(db),
    rooms: createRoomStore(db, clock),
    routing: createRoutingStore(db),
    rootUrl: config.rootUrl,
    settings,
    subscriptions: createSubscriptionStore(db, clock),
    systemUser: createSystemUserSource(db),
    users,
    visitorSearch,
    ...createVisitorStores(db, { clock, nonUniqueIndexes, written: visitorSearch.visitorWritten }),
  };
  const release = async () => {
    refresher.stop();
    await Promise.all([stopFollowing(), pageViews.close(), stopExpiring(), visitorSearch.stop()]);
  };
  return { deps, release };
}
