import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { createAccountStores } from './account-stores.ts';
import { type BackgroundWork, backgroundWork } from './background-work.ts';
import type { Config } from './config/config.ts';
import { createDeliveryParts } from './delivery-parts.ts';
import type { AccessControl } from './domain/accounts/access.ts';
import type { ActivityCounter } from './domain/activity.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { type IdSource, randomIds } from './domain/ids.ts';
import type { PageViewLog } from './domain/pages/page-view.ts';
import type { HostNames } from './domain/visits/host-names.ts';
import { Turns } from './http/turns.ts';
import type { Logger } from './observability/logger.ts';
import { ChangeBell } from './realtime/change-bell.ts';
import { EventBus } from './realtime/event-bus.ts';
import { regularWork } from './regular-work.ts';
import { createRoomStores } from './room-stores.ts';
import { createPermissionStore } from './storage/accounts/permissions.ts';
import { announcedCollections } from './storage/announced-collections.ts';
import { createBanStore } from './storage/bans/bans.ts';
import { createChangeLog } from './storage/changes/change-log.ts';
import { Announcer } from './storage/feed/announcer.ts';
import { JobRunner } from './storage/jobs/job-runner.ts';
import { createJobStore } from './storage/jobs/job-store.ts';
import type { IndexBuild } from './storage/mongodb/build-indexes.ts';
import { requestDatabase } from './storage/mongodb/request-database.ts';
import type { WhenAvailable } from './storage/mongodb/when-available.ts';
import { createPageViewExpiry, expirePageViews } from './storage/pages/page-view-expiry.ts';
import { createPageViewStorage } from './storage/pages/page-views.ts';
import { createRoomOwners } from './storage/pages/room-owners.ts';
import { type Refresher, refreshRegularly } from './storage/settings/refresh.ts';
import { createSettingStore, isKeptInMemory } from './storage/settings/settings.ts';
import { searchTiming } from './storage/visitor-search/search-timing.ts';
import { createVisitorSearch, type RunningVisitorSearch } from './storage/visitor-search/visitor-search.ts';
import { visitorCollection } from './storage/visitors/visitors.ts';
import { createVisitParts, type VisitParts } from './visit-parts.ts';
import { createVisitorStores } from './visitor-stores.ts';

/** What tests replace. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly logger?: Logger;
  /** Replaces reverse look-ups in the DNS. */
  readonly hostNames?: HostNames;
  /** How long users, permissions and settings in memory may be out of date. */
  readonly memoryMs?: number;
  /** How long this instance's writes wait for the change stream, whose order is everybody's. */
  readonly streamWaitMs?: number;
}

/**
 * Changes that another instance, or Rocket.Chat itself, makes to users, permissions and settings take effect within
 * this time.
 */
const defaultMemoryMs = 3_000;

/** How many of those who follow changes at an address may be reading and sending them at a time. */
const readersAtATime = 2;

export interface BuildOptions {
  readonly config: Config;
  /** The service's public address, without a trailing slash. */
  readonly rootUrl: () => string;
  readonly logger: Logger;
  readonly overrides: Overrides;
  readonly activity: ActivityCounter;
  /** Is told how many visitors can be searched, now and then. */
  readonly visitorsSearchable: (count: number) => void;
  readonly indexBuild: Pick<IndexBuild, 'isUnique' | 'isBuilding' | 'start'>;
  readonly whenAvailable: WhenAvailable;
}

export interface BuiltDependencies extends BackgroundWork {
  readonly deps: Dependencies;
  /** Ends the waiting of requests for something to change. Call before waiting for requests to end. */
  stopWaiting(): void;
}

/** Builds what use cases and endpoints work with, over one database. */
export async function buildDependencies(db: Db, options: BuildOptions): Promise<BuiltDependencies> {
  const { config, logger, indexBuild, rootUrl, whenAvailable } = options;
  const { clock = systemClock, ids = randomIds, memoryMs = defaultMemoryMs, hostNames } = options.overrides;
  const { streamWaitMs } = options.overrides;
  const bus = new EventBus(logger);
  const announcer = new Announcer({ db, bus, collections: announcedCollections, logger, streamWaitMs });
  // What requests ask for ends when they do; the work in the background takes as long as it takes.
  const reads = requestDatabase(db, indexBuild);
  const { rules, refresher } = await readRules(reads, { config, clock, memoryMs, logger, whenAvailable });
  const { settings } = rules;
  const accounts = createAccountStores(reads, { ...rules, clock, ids, announcer, rememberMs: memoryMs });
  const visitorStores = createVisitorStores(reads, { clock, indexBuild, announcer });
  const pages = createPageViews(reads, { ...visitorStores, clock, logger, announcer });
  const visitorSearch = await whenAvailable(() => createSearch(db, { ...options, clock, settings }));
  const rooms = createRoomStores(reads, { clock, announcer, indexBuild });
  const visits = await createVisitParts(reads, { ...rules, config, clock, ids, logger, hostNames, rooms });
  const sessions = { ...rooms, ...accounts, ...visitorStores, rootUrl };
  const tickets = { ...rooms, ...visits.stores };
  const told = { sessions, tickets, settings };
  const delivery = createDeliveryParts(reads, { ...config, ...told, announcer, clock, logger });
  keepUpToDate(announcer, { ...accounts, refresher, visitorSearch, visits });
  const changes = createChangeParts(reads, bus);
  const jobs = new JobRunner({ store: createJobStore(db), clock, ids, logger });
  const deps: Dependencies = {
    activity: options.activity,
    clock,
    ids,
    jobs,
    visitorSearch,
    pageViews: pages.pageViews,
    pause: (ms) => delay(ms),
    rootUrl,
    ...rules,
    ...accounts,
    ...changes,
    ...rooms,
    ...delivery.stores,
    ...visits.stores,
    ...visitorStores,
  };
  const startReading = () => visits.start(Promise.all([visitorSearch.start(), indexBuild.start()]));
  const stop = () => Promise.all([pages.stopPageViews().then(visits.stop), visitorSearch.stop()]);
  return {
    deps,
    stopWaiting: () => changes.changeSignal.stop(),
    ...backgroundWork(db, deps, {
      ...{ announcer, bus, delivery, jobs, logger, refresher, stop, startReading, whenAvailable },
    }),
  };
}

/** What tells of changes, and what whoever catches up with them reads and waits by. */
const createChangeParts = (reads: Db, bus: EventBus) => ({
  changeLog: createChangeLog(reads),
  changeSignal: new ChangeBell(bus),
  changeTurns: new Turns(readersAtATime),
  events: bus,
});

/** Settings, permissions and bans, which are kept in memory and read again at intervals. */
async function readRules(
  db: Db,
  {
    config,
    clock,
    memoryMs,
    logger,
    whenAvailable,
  }: Pick<BuildOptions, 'config' | 'logger' | 'whenAvailable'> & { clock: Clock; memoryMs: number },
) {
  const settings = createSettingStore(db, config.settingOverrides);
  const permissions = createPermissionStore(db);
  const bans = createBanStore(db, clock);
  const kept = [settings, permissions, bans];
  await whenAvailable(() => Promise.all(kept.map((each) => each.refresh())));
  const rules = { bans, permissions, settings };
  return { rules, refresher: refreshRegularly(kept, memoryMs, logger) };
}

const minuteMs = 60_000;

/** The search for visitors, which reads them in the background. */
const createSearch = (
  db: Db,
  {
    clock,
    logger,
    settings,
    visitorsSearchable,
  }: Pick<Dependencies, 'clock' | 'settings'> & Pick<BuildOptions, 'logger' | 'visitorsSearchable'>,
): Promise<RunningVisitorSearch> =>
  createVisitorSearch(db, {
    logger,
    visitorsSearchable,
    time: searchTiming(clock),
    country: () => settings.get('Foyer_Default_Country'),
  });

/** The stores for page views and their expiry. */
function createPageViews(
  db: Db,
  {
    clock,
    logger,
    announcer,
    visitors,
  }: Pick<Dependencies, 'clock' | 'visitors'> & { readonly logger: Logger; readonly announcer: Announcer },
): { readonly pageViews: PageViewLog; stopPageViews(): Promise<unknown> } {
  const expiry = createPageViewExpiry(db, announcer.reporterFor('rocketchat_message'));
  const expiring = regularWork((signal) => expirePageViews({ expiry, clock, logger }, signal), {
    everyMs: 60 * minuteMs,
    atStart: true,
    logger,
    failure: 'expired page views could not be deleted; the next hour tries again',
  });
  expiring.start();
  const reporters = {
    messages: announcer.reporterFor('rocketchat_message'),
    rooms: announcer.reporterFor('rocketchat_room'),
  };
  const owners = createRoomOwners({ db, clock, visitors });
  const pageViews = createPageViewStorage({ db, clock, logger, expiry, owners, reporters });
  return { pageViews, stopPageViews: () => Promise.all([pageViews.close(), expiring.stop()]) };
}

interface KeptUpToDate {
  readonly access: AccessControl;
  readonly refresher: Refresher;
  readonly visitorSearch: RunningVisitorSearch;
  readonly visits: Pick<VisitParts, 'visitorWritten'>;
}

/** Makes what is kept in memory, and the search, follow everyone's writes; without a feed they do so at intervals. */
function keepUpToDate(
  announcer: Announcer,
  { access, refresher, visitorSearch, visits }: KeptUpToDate,
): void {
  announcer.follow('users', access.forgetUser);
  announcer.follow('rocketchat_permissions', refresher.now);
  announcer.follow('rocketchat_settings', (id) => {
    if (isKeptInMemory(id)) refresher.now();
  });
  announcer.follow(visitorCollection, visitorSearch.visitorWritten, { looksByDate: true });
  announcer.follow(visitorCollection, visits.visitorWritten);
}
