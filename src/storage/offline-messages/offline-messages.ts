import type { Collection, Db } from 'mongodb';
import type { OfflineMessage, OfflineMessageStore } from '../../domain/offline-messages/offline-message.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { readBatches } from '../mongodb/read-batches.ts';
import { updateEach } from '../mongodb/update-each.ts';

export const offlineMessageCollection = 'foyer_offline_message';

interface StoredOfflineMessage extends OfflineMessage {
  /** Of two equal messages sent at once, a unique index lets only one in. */
  readonly repeatKey: string;
}

/** What is read of a message. */
const projection = { repeatKey: 0 };
const read = { projection, returnDocument: 'after' } as const;

/** Offline messages in `foyer_offline_message`. */
export function createOfflineMessageStore(db: Db): OfflineMessageStore {
  const collection: Collection<StoredOfflineMessage> = db.collection(offlineMessageCollection);
  const find = (filter: Partial<StoredOfflineMessage>) =>
    collection.findOne<OfflineMessage>(filter, { projection });
  return {
    async add(message, repeatKey) {
      if (await insertNew(collection, { ...message, repeatKey })) return message;
      const stored = await find({ repeatKey });
      if (!stored) throw new Error('an offline message was refused as a repetition of none');
      return stored;
    },
    findRepeated: (repeatKeys) =>
      collection.findOne<OfflineMessage>({ repeatKey: { $in: [...repeatKeys] } }, { projection }),
    findById: (id) => find({ _id: id }),
    findByNumber: (number) => find({ number }),
    listNewestFirst: ({ offset, count }) =>
      collection
        .find<OfflineMessage>({}, { projection })
        .sort({ number: -1 })
        .skip(offset)
        .limit(count)
        .toArray(),
    listByVisitor: (visitorNumber, limit) =>
      collection
        .find<OfflineMessage>({ visitorNumber }, { projection })
        .sort({ number: -1 })
        .limit(limit)
        .toArray(),
    async *readByVisitor(visitorNumber, signal) {
      const left = collection.find<OfflineMessage>({ visitorNumber }, { projection, signal });
      yield* await readBatches(left.sort({ number: -1 }));
    },
    addReply: (id, reply) =>
      collection.findOneAndUpdate(
        { _id: id },
        { $push: { replies: { $each: [reply], $position: 0 } }, $set: { isUnread: false } },
        read,
      ),
    setUnread: (id, isUnread) => collection.findOneAndUpdate({ _id: id }, { $set: { isUnread } }, read),
    async setVisitor(visitorNumber, toNumber) {
      await updateEach(collection, { visitorNumber }, { $set: { visitorNumber: toNumber } });
    },
    async deleteByVisitor(visitorNumber) {
      const found = await collection.find({ visitorNumber }, { projection: { replies: 1 } }).toArray();
      await collection.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
      return found.map(({ _id, replies }) => ({ id: _id, replyIds: replies.map((reply) => reply._id) }));
    },
  };
}
