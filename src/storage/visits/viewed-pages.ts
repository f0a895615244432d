import type { Db } from 'mongodb';
import type { ViewedPageLog } from '../../domain/visits/viewed-page-log.ts';
import type { ViewedPage } from '../../domain/visits/visit.ts';
import { bulkFailures } from '../mongodb/bulk-failures.ts';
import { WriteCoalescer } from '../mongodb/write-coalescer.ts';
import { visitCollectionsOf } from './visitor-documents.ts';

export interface ViewedPageStorage extends ViewedPageLog {
  /** Writes everything that is waiting, and refuses anything that comes later. */
  close(): Promise<void>;
}

/** Roughly the size of a document apart from its strings. */
const documentBytes = 256;

/** Stores pages in `foyer_page_view`, those of the same few milliseconds in one write. */
export function createViewedPageStorage(db: Db): ViewedPageStorage {
  const { pages } = visitCollectionsOf(db);
  const coalescer = new WriteCoalescer<ViewedPage>({
    sizeOf: ({ url, title, token }) => documentBytes + 4 * (url.length + title.length + token.length),
    async writeBatch(views) {
      try {
        await pages.insertMany(views, { ordered: false });
        return new Map();
      } catch (error) {
        return bulkFailures(error);
      }
    },
  });
  return { append: (view) => coalescer.write(view), close: () => coalescer.close() };
}
