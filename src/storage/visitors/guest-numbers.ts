import type { Collection, Db, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { GuestNumbers } from '../../domain/visitors/visitor.ts';
import { insertNew } from '../mongodb/insert-new.ts';

interface Counter {
  readonly _id: string;
  readonly value: number;
  readonly _updatedAt: Date;
}

const id = 'Livechat_guest_count';
/** Rocket.Chat's default, from which it counts on: the first guest is `guest-2`. */
const initial = {
  value: 1,
  packageValue: 1,
  type: 'int',
  group: 'Omnichannel',
  hidden: false,
  blocked: false,
};

/** The counter in `rocketchat_settings` from which Rocket.Chat, too, numbers its guests. */
export function createGuestNumbers(db: Db, clock: Clock): GuestNumbers {
  const collection: Collection<Counter> = db.collection('rocketchat_settings');
  const count = async () => {
    const change = { $inc: { value: 1 }, $set: { _updatedAt: clock() } };
    const counted = await collection.findOneAndUpdate(countable, change, { returnDocument: 'after' });
    return counted?.value;
  };
  return {
    async next() {
      const counted = await count();
      if (counted !== undefined) return counted;
      await makeCountable(collection, clock());
      return (await count()) ?? initial.value + 1;
    },
  };
}

/** A setting's value may be of any type; only numbers, which can be incremented, match this comparison. */
const aNumber = { $lt: Number.POSITIVE_INFINITY };
const countable: Filter<Counter> = { _id: id, value: aNumber };

/**
 * Creates the setting, or replaces a value that is not a number: by the number that its text begins with, or by the
 * default.
 */
async function makeCountable(collection: Collection<Counter>, now: Date): Promise<void> {
  const times = { ts: now, createdAt: now, _updatedAt: now };
  if (await insertNew<Counter>(collection, { _id: id, ...initial, ...times })) return;
  const stored = await collection.findOne<{ readonly value?: unknown }>({ _id: id });
  const number = typeof stored?.value === 'string' ? Number.parseInt(stored.value, 10) : Number.NaN;
  const value = Number.isNaN(number) ? initial.value : number;
  await collection.updateOne({ _id: id, value: { $not: aNumber } }, { $set: { value } });
}
