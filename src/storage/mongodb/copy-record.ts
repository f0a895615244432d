import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { exactDocument } from './exact-document.ts';

/** The `_id`s of some documents that a copy has written, or was about to. */
interface WrittenBatch {
  readonly _id: string;
  readonly run: string;
  readonly collection: string;
  readonly ids: readonly unknown[];
}

export const copyRecordCollection = 'foyer_copy_record';

/** What copies have written to a database; kept there, so that a later copy knows what came from an earlier one. */
export interface CopyRecord {
  /** Notes documents that are about to be written. */
  note(collection: string, ids: readonly unknown[]): Promise<void>;
  /**
   * Removes from the target what earlier copies wrote there and the source no longer has, and nothing else.
   * @returns how many documents were removed.
   */
  removeGone(from: Db): Promise<number>;
  /** Forgets earlier copies; whatever they wrote and is still there is noted anew by then. */
  forgetEarlier(): Promise<void>;
}

export function createCopyRecord(to: Db): CopyRecord {
  const batches = to.collection<WrittenBatch>(copyRecordCollection);
  const run = randomUUID();
  const ofEarlierRuns = { _id: { $gt: '' }, run: { $ne: run } };
  return {
    async note(collection, ids) {
      await batches.insertOne({ _id: randomUUID(), run, collection, ids });
    },
    async removeGone(from) {
      let removed = 0;
      for await (const bytes of batches.find<Uint8Array>(ofEarlierRuns, { raw: true })) {
        const { collection, ids } = exactDocument<WrittenBatch>(bytes);
        const known = { _id: { $in: [...ids] } } as object;
        const there = await from
          .collection(collection)
          .find<Uint8Array>(known, { projection: { _id: 1 }, raw: true })
          .toArray();
        const thereIds = there.map((found) => exactDocument(found)._id);
        const gone = { _id: { $in: [...ids], $nin: thereIds } } as object;
        removed += (await to.collection(collection).deleteMany(gone)).deletedCount;
      }
      return removed;
    },
    async forgetEarlier() {
      await batches.deleteMany(ofEarlierRuns);
    },
  };
}
