import type { Collection, Db } from 'mongodb';
import type { JoinList, PendingJoins } from '../../domain/visitors/pending-joins.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** The one document of `foyer_pending_join`. */
interface JoinDocument extends JoinList {
  readonly _id: 'joins';
}

const id = { _id: 'joins' } as const;

/** The list in `foyer_pending_join`: one document, since whoever adds to it must have seen all of it. */
export function createPendingJoins(db: Db): PendingJoins {
  const joins: Collection<JoinDocument> = db.collection('foyer_pending_join');
  const empty: JoinDocument = { ...id, pairs: [], version: 0 };
  return {
    async read() {
      await insertNew(joins, empty);
      return (await joins.findOne(id)) ?? empty;
    },
    async add(pair, { version }) {
      const change = { $addToSet: { pairs: pair }, $inc: { version: 1 } };
      return (await joins.updateOne({ ...id, version }, change)).matchedCount === 1;
    },
    async remove(pair) {
      await joins.updateOne(id, { $pull: { pairs: pair }, $inc: { version: 1 } });
    },
  };
}
