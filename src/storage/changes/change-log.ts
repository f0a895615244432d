import { BSON, type Collection, type Db, type Filter } from 'mongodb';
import type { ChangeList, ChangeLog, ChangeRange } from '../../domain/changes/change-log.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { Batches } from '../../domain/paging.ts';
import type { StoredDetailSet } from '../../domain/visitor-details/visitor-details.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { DatedDocument } from '../mongodb/date-pass.ts';
import { readBatches } from '../mongodb/read-batches.ts';
import { visitorDetailsCollection } from '../visitor-details/visitor-details.ts';
import { visitorCollection } from '../visitors/visitors.ts';

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

/** Beyond this, nothing more is read at a time; a single document is always given. */
const mostBytes = 2 * 1024 * 1024;

async function list<T extends DatedDocument>(
  collection: Collection<T>,
  which: Filter<DatedDocument> | Filter<Message>,
  { after, upTo, limit, signal }: ChangeRange,
): Promise<ChangeList<T>> {
  const isAfter = { $or: [{ _updatedAt: { $gt: after.at } }, { _id: { $gt: after.id } }] };
  const filter = { _updatedAt: { $gte: after.at, $lte: upTo }, $and: [which, isAfter] } as Filter<T>;
  const cursor = collection.find<T>(filter, { signal }).sort({ _updatedAt: 1, _id: 1 }).limit(limit);
  const documents: T[] = [];
  let bytes = 0;
  for await (const document of eachOf(await readBatches(cursor))) {
    bytes += BSON.calculateObjectSize(document);
    if (documents.length > 0 && bytes > mostBytes) return { documents, hasMore: true };
    documents.push(document);
  }
  return { documents, hasMore: documents.length === limit };
}

async function* eachOf<T>(batches: Batches<T>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
