import type { Collection, Db } from 'mongodb';
import type { Erasure, ErasureStore } from '../../domain/erasures/erasure.ts';
import { insertNew } from '../mongodb/insert-new.ts';

export const erasureCollection = 'foyer_erasure';

interface StoredErasure extends Erasure {
  readonly expireAt: Date;
}

const keptMs = 365 * 24 * 60 * 60 * 1000;

/** Receipts in `foyer_erasure`. */
export function createErasureStore(db: Db): ErasureStore {
  const collection: Collection<StoredErasure> = db.collection(erasureCollection);
  return {
    async begin(_id, requestedAt) {
      const expireAt = new Date(requestedAt.getTime() + keptMs);
      await insertNew(collection, { _id, requestedAt, deleted: {}, expireAt });
    },
    async count(_id, deleted) {
      const $inc = Object.fromEntries(
        Object.entries(deleted).map(([kind, number]) => [`deleted.${kind}`, number]),
      );
      if (Object.keys($inc).length > 0) await collection.updateOne({ _id }, { $inc });
    },
    async finish(_id, finishedAt) {
      await collection.updateOne({ _id }, { $set: { finishedAt } });
    },
    find: (_id) => collection.findOne<Erasure>({ _id }, { projection: { expireAt: 0 } }),
  };
}
