import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type {
  DetailSet,
  DetailSetStore,
  StoredDetailSet,
} from '../../domain/visitor-details/visitor-details.ts';
import { deleteAndReport, type WriteReporter } from '../feed/write-reporter.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { insertNew } from '../mongodb/insert-new.ts';

export const visitorDetailsCollection = 'foyer_visitor_details';

/** Two that are added at once may make one more. */
const mostSetsPerVisitor = 50;

/** Details in `foyer_visitor_details`; a set's `_id` is made of the visitor's and of its name. */
export function createDetailSetStore(db: Db, clock: Clock, reporter: WriteReporter): DetailSetStore {
  const collection: Collection<StoredDetailSet> = db.collection(visitorDetailsCollection);
  const list = (recordId: string) =>
    collection
      .find<DetailSet>({ recordId }, { projection: { _id: 0, _updatedAt: 0 } })
      .sort({ name: 1 })
      .toArray();
  return {
    async put(set) {
      const { recordId, name } = set;
      const _id = idOf(recordId, name);
      const isOther = { recordId, name: { $ne: name } };
      const others = await collection.countDocuments(isOther, { limit: mostSetsPerVisitor });
      if (others >= mostSetsPerVisitor) return false;
      const write = () => collection.replaceOne({ _id }, { ...set, _updatedAt: clock() }, { upsert: true });
      try {
        await write();
      } catch (error) {
        // The same set was stored for the first time by somebody else, at the same moment.
        if (!isDuplicateKey(error)) throw error;
        await write();
      }
      reporter.changed(_id);
      return true;
    },
    list,
    async move(fromRecordId, recordId) {
      for (const set of await list(fromRecordId)) {
        const moved = { ...set, _id: idOf(recordId, set.name), recordId, _updatedAt: clock() };
        if (await insertNew(collection, moved)) reporter.added(moved);
      }
      await deleteAndReport(collection, { recordId: fromRecordId }, reporter);
    },
    deleteByVisitor: (recordId) => deleteAndReport(collection, { recordId }, reporter),
  };
}

const idOf = (recordId: string, name: string): string => `${recordId} ${name}`;
