import type { Collection, Db } from 'mongodb';
import type { VisitEraser } from '../../domain/visits/visit-eraser.ts';
import { type VisitorDocument, visitCollectionsOf } from './visitor-documents.ts';

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
      await visitors.deleteMany({ _id: { $in: await listMerged(visitors, ids) } });
      // Last, since the visits are found by way of them.
      const known = await visitors.deleteMany({ _id: { $in: ids } });
      return viewed.deletedCount + past.deletedCount + known.deletedCount;
    },
  };
}

/** Whoever turned out to be one of these: their public ids, and what their browsers told, are still there. */
async function listMerged(visitors: Collection<VisitorDocument>, ids: readonly string[]): Promise<string[]> {
  const merged: string[] = [];
  for (let into = [...ids]; into.length > 0; ) {
    const found = await visitors.find({ mergedInto: { $in: into } }, { projection: { _id: 1 } }).toArray();
    into = found.map(({ _id }) => _id);
    merged.push(...into);
  }
  return merged;
}
