import type { Collection, Db } from 'mongodb';
import type { GuestNumbers } from '../domain/visitor.ts';
import { insertNew } from './insert-new.ts';

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
      await insertNew<Counter>(collection, { _id: id, ...initial });
      return (await count())?.value ?? initial.value + 1;
    },
  };
}
