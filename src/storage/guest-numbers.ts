import type { Collection, Db } from 'mongodb';
import type { GuestNumbers } from '../domain/visitor.ts';
import { isDuplicateKey } from './client.ts';

interface Counter {
  readonly _id: string;
  readonly value: number;
}

const id = 'Livechat_guest_count';
/** Rocket.Chat's default, which it counts on from: the first guest is `guest-2`. */
const initial = { value: 1, packageValue: 1, type: 'int', group: 'Omnichannel' };

/** The counter in `rocketchat_settings` that Rocket.Chat takes the numbers of its guests from. */
export function createGuestNumbers(db: Db): GuestNumbers {
  const collection: Collection<Counter> = db.collection('rocketchat_settings');
  const count = () =>
    collection.findOneAndUpdate({ _id: id }, { $inc: { value: 1 } }, { returnDocument: 'after' });
  return {
    async next() {
      const counted = await count();
      if (counted) return counted.value;
      try {
        await collection.insertOne({ _id: id, ...initial });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      return (await count())?.value ?? initial.value + 1;
    },
  };
}
