import type { Collection } from 'mongodb';
import type { VisitorDocument } from './visitor-documents.ts';

/**
 * Whoever turned out to be one of these, directly or by way of others: their public ids, and what their browsers told,
 * are still there.
 */
export async function listMerged(
  visitors: Collection<VisitorDocument>,
  recordIds: readonly string[],
): Promise<Pick<VisitorDocument, '_id' | 'number'>[]> {
  const merged = new Map<string, Pick<VisitorDocument, '_id' | 'number'>>();
  for (let into = [...recordIds]; into.length > 0; ) {
    const found = await visitors
      .find({ mergedInto: { $in: into } }, { projection: { _id: 1, number: 1 } })
      .toArray();
    const further = found.filter(({ _id }) => !merged.has(_id));
    for (const each of further) merged.set(each._id, each);
    into = further.map(({ _id }) => _id);
  }
  return [...merged.values()];
}

/**
 * Who somebody turned out to be, directly or by way of others; themselves if they turned out to be nobody else. A
 * circle ends where it began. Null if that person has been deleted.
 */
export async function followMerges(
  visitors: Collection<VisitorDocument>,
  found: VisitorDocument,
): Promise<VisitorDocument | null> {
  let document: VisitorDocument | null = found;
  const passed = new Set<string>();
  while (document?.isMerged && document.mergedInto !== undefined && !passed.has(document._id)) {
    passed.add(document._id);
    document = await visitors.findOne({ _id: document.mergedInto });
  }
  return document;
}
