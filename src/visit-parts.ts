import type { Db } from 'mongodb';
import type { Dependencies } from './domain/dependencies.ts';
import type { IdSource } from './domain/ids.ts';
import type { Settings } from './domain/settings/settings.ts';
import type { HostNames } from './domain/visits/host-names.ts';
import { createHostNames } from './enrichment/host-names.ts';
import { openPlaceFinder, type PlaceFiles } from './enrichment/place-finder.ts';
import type { Logger } from './observability/logger.ts';
import { createPublicIdStore } from './storage/visits/public-ids.ts';
import { createViewedPageStorage } from './storage/visits/viewed-pages.ts';
import { createVisitEraser } from './storage/visits/visit-eraser.ts';
import { VisitRecorder } from './storage/visits/visit-recorder.ts';
import { visitCollectionsOf } from './storage/visits/visitor-documents.ts';
import { createVisitorRecords } from './storage/visits/visitor-records.ts';

export interface VisitOptions {
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly settings: Settings;
  readonly files: PlaceFiles;
  readonly hostNames?: HostNames | undefined;
}

export interface VisitParts {
  readonly stores: Pick<
    Dependencies,
    'publicIds' | 'viewedPages' | 'visitEraser' | 'visitorRecords' | 'visitSigns'
  >;
  /** Writes what is waiting. */
  stop(): Promise<void>;
}

const dayMs = 24 * 60 * 60 * 1000;

/** What keeps visits and shows who is on the site. */
export async function createVisitParts(
  db: Db,
  { ids, logger, settings, files, hostNames = createHostNames() }: VisitOptions,
): Promise<VisitParts> {
  const places = await openPlaceFinder(files, logger);
  const collections = visitCollectionsOf(db);
  const retentionMs = () => settings.get('Foyer_Visit_Retention_Days') * dayMs;
  const viewedPages = createViewedPageStorage(db, retentionMs);
  const recorder = new VisitRecorder({
    collections,
    ids,
    logger,
    hostNames,
    placeOf: (ip) => places.placeOf(ip),
    retentionMs,
  });
  return {
    stores: {
      publicIds: createPublicIdStore(db),
      viewedPages,
      visitEraser: createVisitEraser(db),
      visitorRecords: createVisitorRecords(collections, () => recorder.settle()),
      visitSigns: recorder,
    },
    async stop() {
      await viewedPages.close();
      await recorder.stop();
    },
  };
}
