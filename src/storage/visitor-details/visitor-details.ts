import type { Collection, Db } from 'mongodb';
import type { DetailSet, DetailSetStore } from '../../domain/visitor-details/visitor-details.ts';
import { isDuplicateKey } from '../mongodb/client.ts';

export const visitorDetailsCollection = 'foyer_visitor_details';

interface StoredSet extends DetailSet {
  readonly _id: string;
}

/** Two that are added at once may make one more. */
const mostSetsPerVisitor = 50;

/** Details in `foyer_visitor_details`; a set's `_id` is made of the visitor's and of its name. */
export function createDetailSetStore(db: Db): DetailSetStore {
  const collection: Collection<StoredSet> = db.collection(visitorDetailsCollection);
  return {
    async put(set) {
      const { recordId, name } = set;
      const _id = `${recordId} ${name}`;
      const isOther = { recordId, name: { $ne: name } };
      const others = await collection.countDocuments(isOther, { limit: mostSetsPerVisitor });
      if (others >= mostSetsPerVisitor) return false;
      const write = () => collection.replaceOne({ _id }, set, { upsert: true });
      try {
        await write();
      } catch (error) {
        // The same set was stored for the first time by somebody else, at the same moment.
        if (!isDuplicateKey(error)) throw error;
        await write();
      }
      return true;
    },
    list: (recordId) =>
      collection
        .find<DetailSet>({ recordId }, { projection: { _id: 0 } })
        .sort({ name: 1 })
        .toArray(),
    deleteByVisitor: async (recordId) => (await collection.deleteMany({ recordId })).deletedCount,
  };
}
