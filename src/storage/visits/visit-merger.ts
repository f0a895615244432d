import type { VisitMerger } from '../../domain/visits/visit-merger.ts';
import { type MergeParts, mergeRecords } from './merge-records.ts';
import { followMerges } from './merged-records.ts';

/** Merges documents of `foyer_visitor`. */
export const createVisitMerger = (parts: MergeParts): VisitMerger => ({
  async merge(fromRecordId, intoRecordId) {
    const { visitors } = parts.collections;
    const [from, into] = await Promise.all([
      visitors.findOne({ _id: fromRecordId }),
      visitors.findOne({ _id: intoRecordId }),
    ]);
    const successor = into && (await followMerges(visitors, into));
    if (from && successor && successor._id !== from._id) await mergeRecords(parts, from, successor);
  },
});
