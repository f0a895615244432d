import type { Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Typing, TypingStore } from '../../domain/rooms/typing.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { isDuplicateKey } from '../mongodb/client.ts';

/** Who is typing, in `foyer_typing`. It may be lost with the server that took it: nobody relies on it. */
export function createTypingStore(db: Db, clock: Clock, reporter: WriteReporter): TypingStore {
  const typing = db.collection<Typing>('foyer_typing', { writeConcern: { w: 1 } });
  return {
    async set({ _id, ...rest }) {
      const change = { $set: { ...rest, _updatedAt: clock() } };
      try {
        await typing.updateOne({ _id }, change, { upsert: true });
      } catch (error) {
        // Another instance stored the first one at the same time.
        if (!isDuplicateKey(error)) throw error;
        await typing.updateOne({ _id }, change);
      }
      reporter.changed(_id);
    },
  };
}
