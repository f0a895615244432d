import type { Collection, Db } from 'mongodb';
import type { DetailSet, DetailSetStore } from '../../domain/visitor-details/visitor-details.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { insertNew } from '../mongodb/insert-new.ts';

export const visitorDetailsCollection = 'foyer_visitor_details';

interface StoredSet extends DetailSet {
  readonly _id: string;
}

/** Two that are added at once may make one more. */
const mostSetsPerVisitor = 50;

/** Details in `foyer_visitor_details`; a set's `_id` is made of the visitor's and of its name. */
export function createDetailSetStore(db: Db): DetailSetStore {
  const collection: Collection<StoredSet> = db.collection(visitorDetailsCollection);
  const list = (recordId: string) =>
    collection
      .find<DetailSet>({ recordId }, { projection: { _id: 0 } })
      .sort({ name: 1 })
      .toArray();
  return {
    async put(set) {
      const { recordId, name } = set;
      const _id = idOf(recordId, name);
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
    list,
    async move(fromRecordId, recordId) {
      for (const set of await list(fromRecordId))
        await insertNew(collection, { ...set, _id: idOf(recordId, set.name), recordId });
      await collection.deleteMany({ recordId: fromRecordId });
    },
    deleteByVisitor: async (recordId) => (await collection.deleteMany({ recordId })).deletedCount,
  };
}

const idOf = (recordId: string, name: string): string => `${recordId} ${name}`;
