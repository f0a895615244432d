import type { Collection, Db, Filter } from 'mongodb';
import type { ChangeLog, ChangeRange } from '../../domain/changes/change-log.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { StoredDetailSet } from '../../domain/visitor-details/visitor-details.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { visitorDetailsCollection } from '../visitor-details/visitor-details.ts';
import { visitorCollection } from '../visitors/visitors.ts';

interface Dated {
  readonly _id: string;
  readonly _updatedAt?: Date;
}

/** Finds what was written to visitors, their details, and messages. */
export function createChangeLog(db: Db): ChangeLog {
  const visitors: Collection<Visitor> = db.collection(visitorCollection);
  const details: Collection<StoredDetailSet> = db.collection(visitorDetailsCollection);
  const messages: Collection<Message> = db.collection('rocketchat_message');
  return {
    listVisitors: (range) => list(visitors, {}, range),
    listDetails: (range) => list(details, {}, range),
    listMessages: (range) => list(messages, {}, range),
    listMessagesOf: ({ roomIds, tokens }, range) =>
      list(
        messages,
        { $or: [{ rid: { $in: [...roomIds] } }, { 'navigation.token': { $in: [...tokens] } }] },
        range,
      ),
  };
}

const list = <T extends Dated>(
  collection: Collection<T>,
  which: Filter<Dated> | Filter<Message>,
  { after, upTo, limit, signal }: ChangeRange,
): Promise<T[]> => {
  const isAfter = { $or: [{ _updatedAt: { $gt: after.at } }, { _id: { $gt: after.id } }] };
  const filter = { _updatedAt: { $gte: after.at, $lte: upTo }, $and: [which, isAfter] } as Filter<T>;
  return collection.find<T>(filter, { signal }).sort({ _updatedAt: 1, _id: 1 }).limit(limit).toArray();
};
