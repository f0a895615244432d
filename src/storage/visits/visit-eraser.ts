import type { Db } from 'mongodb';
import type { VisitEraser } from '../../domain/visits/visit-eraser.ts';
import { listMerged } from './merged-records.ts';
import { visitCollectionsOf } from './visitor-documents.ts';

/** Erases from `foyer_visitor`, `foyer_visit` and `foyer_page_view`. */
export function createVisitEraser(db: Db): VisitEraser {
  const { visitors, visits, pages } = visitCollectionsOf(db);
  return {
    async erase(visitorId, tokens) {
      const viewed = await pages.deleteMany({ token: { $in: [...tokens] } });
      const ofVisitor = { $or: [{ visitorId }, { tokens: { $in: [...tokens] } }] };
      const records = await visitors.find(ofVisitor, { projection: { _id: 1 } }).toArray();
      const ids = records.map(({ _id }) => _id);
      const past = await visits.deleteMany({ recordId: { $in: ids } });
      const merged = await listMerged(visitors, ids);
      await visitors.deleteMany({ _id: { $in: merged.map(({ _id }) => _id) } });
      // Last, since the visits are found by way of them.
      const known = await visitors.deleteMany({ _id: { $in: ids } });
      return viewed.deletedCount + past.deletedCount + known.deletedCount;
    },
  };
}
