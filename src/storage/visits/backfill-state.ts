import type { Collection, Db } from 'mongodb';
import { insertNew } from '../mongodb/insert-new.ts';

/** How far it is that every registered visitor has public ids; one document, shared by all instances. */
export interface BackfillState {
  readonly _id: 'visitors';
  readonly isDone: boolean;
  /** The last visitor who has some. */
  readonly cursor: string;
  /** The instance that is at it, and until when it may be; after that another may go on. */
  readonly holder?: string;
  readonly holderUntil?: Date;
}

const id = { _id: 'visitors' } as const;
const holdMs = 30_000;

/** Reads and writes the state, in `foyer_backfill`. */
export interface BackfillStateStore {
  /** Acquires the right to go on; `done` if there is nothing left, null if another instance is at it. */
  claim(holder: string, now: Date): Promise<BackfillState | 'done' | null>;
  /** Records how far the holder got, and renews the right to go on; false if another instance has it by now. */
  advance(holder: string, now: Date, progress: Pick<BackfillState, 'cursor' | 'isDone'>): Promise<boolean>;
}

export function createBackfillState(db: Db): BackfillStateStore {
  const states: Collection<BackfillState> = db.collection('foyer_backfill');
  const heldFrom = (now: Date) => new Date(now.getTime() + holdMs);
  return {
    async claim(holder, now) {
      await insertNew(states, { ...id, isDone: false, cursor: '' });
      const isFree = [{ holder }, { holder: { $exists: false } }, { holderUntil: { $lt: now } }];
      const claimed = await states.findOneAndUpdate(
        { ...id, isDone: false, $or: isFree },
        { $set: { holder, holderUntil: heldFrom(now) } },
        { returnDocument: 'after' },
      );
      if (claimed) return claimed;
      return (await states.findOne(id))?.isDone ? 'done' : null;
    },
    async advance(holder, now, { cursor, isDone }) {
      const $set = { cursor, isDone, holderUntil: heldFrom(now) };
      return (await states.updateOne({ ...id, holder }, { $set })).matchedCount === 1;
    },
  };
}
