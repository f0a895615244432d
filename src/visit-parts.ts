import type { Db } from 'mongodb';
import type { Config } from './config/config.ts';
import type { BanStore } from './domain/bans/ban.ts';
import type { Clock } from './domain/clock.ts';
import {
  quietMsOf,
  type ReturnedVisitorsDeps,
  setReturnedOnline,
} from './domain/conversation/quiet-visitors.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { IdSource } from './domain/ids.ts';
import type { Settings } from './domain/settings/settings.ts';
import type { Visitor } from './domain/visitors/visitor.ts';
import type { HostNames } from './domain/visits/host-names.ts';
import { createHostNames } from './enrichment/host-names.ts';
import { openPlaceFinder } from './enrichment/place-finder.ts';
import type { Logger } from './observability/logger.ts';
import { type RegularWork, regularWork } from './regular-work.ts';
import { visitorCollection } from './storage/visitors/visitors.ts';
import { finishMerges, type MergeParts } from './storage/visits/merge-records.ts';
import { createPublicIdStore } from './storage/visits/public-ids.ts';
import { registeredVisitor } from './storage/visits/registered-visitors.ts';
import { createVisitEraser } from './storage/visits/visit-eraser.ts';
import { deleteOldPages, forgetOldVisits } from './storage/visits/visit-maintenance.ts';
import { createVisitMerger } from './storage/visits/visit-merger.ts';
import { VisitRecorder } from './storage/visits/visit-recorder.ts';
import { createVisitWork } from './storage/visits/visit-work.ts';
import { visitCollectionsOf } from './storage/visits/visitor-documents.ts';
import { createVisitorRecords } from './storage/visits/visitor-records.ts';

export interface VisitOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly settings: Settings;
  readonly bans: Pick<BanStore, 'setVisitor'>;
  readonly config: Pick<Config, 'placeFiles'>;
  readonly hostNames?: HostNames | undefined;
  /** The stores of rooms, where visitors who are heard from again are set online. */
  readonly rooms: ReturnedVisitorsDeps;
}

export interface VisitParts {
  readonly stores: Pick<
    Dependencies,
    'publicIds' | 'visitEraser' | 'visitMerger' | 'visitorRecords' | 'visitSigns'
  >;
  /** Takes note that somebody, possibly a Rocket.Chat, wrote the document of a visitor. */
  visitorWritten(visitorId: string): void;
  /**
   * Begins the work in the background.
   * @param whenQuiet resolves when what takes long and nobody waits for may begin.
   */
  start(whenQuiet: Promise<unknown>): void;
  /** Ends the work in the background, and writes what is waiting; to be called when no more pages are being stored. */
  readonly stop: () => Promise<void>;
}

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What keeps visits and shows who is on the site. */
export async function createVisitParts(
  db: Db,
  { bans, config, clock, ids, logger, settings, rooms, hostNames = createHostNames() }: VisitOptions,
): Promise<VisitParts> {
  const places = await openPlaceFinder(config.placeFiles, logger);
  const collections = visitCollectionsOf(db);
  const visitors = db.collection<Visitor>(visitorCollection);
  const retentionMs = () => settings.get('Foyer_Visit_Retention_Days') * dayMs;
  const merging = { bans, collections, retentionMs };
  const recorder = new VisitRecorder({
    ...merging,
    ids,
    logger,
    hostNames,
    placeOf: (ip) => places.placeOf(ip),
    quietMs: () => quietMsOf(settings),
    onReturned: (visitorIds) => setReturnedOnline(rooms, visitorIds),
    async findRegistered(visitorIds) {
      const found = await visitors.find({ _id: { $in: [...visitorIds] } }).toArray();
      return found.flatMap(registeredVisitor);
    },
  });
  const regular = regularWorks({ ...merging, clock }, logger);
  const work = createVisitWork({ ...merging, db, clock, ids, logger, signs: recorder });
  return {
    stores: {
      publicIds: createPublicIdStore(db),
      visitEraser: createVisitEraser(db),
      visitMerger: createVisitMerger(merging),
      visitorRecords: createVisitorRecords(collections, () => recorder.flush()),
      visitSigns: recorder,
    },
    visitorWritten: (id) => recorder.noteWritten(id),
    start(whenQuiet) {
      work.start(whenQuiet);
      for (const each of regular) each.start();
    },
    async stop() {
      await Promise.all([work.stop(), ...regular.map((each) => each.stop())]);
      await recorder.stop();
    },
  };
}

/** What has to be done about visits now and then. */
const regularWorks = (parts: MergeParts & { readonly clock: Clock }, logger: Logger): RegularWork[] => [
  regularWork((signal) => deleteOldPages(parts, signal), {
    everyMs: minuteMs,
    logger,
    failure: 'old page views could not be deleted; the next minute tries again',
  }),
  regularWork((signal) => forgetOldVisits(parts, signal), {
    everyMs: hourMs,
    atStart: true,
    logger,
    failure: 'old visits could not be forgotten; the next hour tries again',
  }),
  regularWork((signal) => finishMerges(parts, signal), {
    everyMs: hourMs,
    atStart: true,
    logger,
    failure: 'merges of visitors could not be finished; the next hour tries again',
  }),
];
