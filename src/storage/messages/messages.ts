import type { Collection, Db, Document, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Message, MessageReads, MessageStore, TransferMessage } from '../../domain/messages/message.ts';
import type { RemovedDocument, WriteReporter } from '../feed/write-reporter.ts';
import { distinctValues } from '../mongodb/distinct-values.ts';
import { findPage } from '../mongodb/find-page.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';
import { PageTotals } from '../mongodb/page-totals.ts';
import { readBatches } from '../mongodb/read-batches.ts';

/** `null` stands for messages without a type, which people wrote. */
const saidOrClosed: Filter<Message> = { t: { $in: [null, 'livechat-close'] } } as Document;

/** The messages in `rocketchat_message`. */
export function createMessageStore(db: Db, clock: Clock, reporter: WriteReporter): MessageStore {
  const messages: Collection<Message> = db.collection('rocketchat_message');

  return {
    ...messageReads(messages, new PageTotals()),
    ...messageDeletions(messages, reporter),
    async insert(message) {
      const stored = { ...message, _updatedAt: clock() };
      if (!(await insertNew(messages, stored))) return null;
      reporter.added(stored);
      return stored;
    },
    async adoptPageViews(tokens, roomId) {
      const ofTokens = { 'navigation.token': { $in: [...tokens] } };
      const { modifiedCount } = await messages.updateMany(
        { ...ofTokens, rid: { $exists: false } },
        { $set: { rid: roomId, _updatedAt: clock() } },
      );
      if (modifiedCount > 0) reporter.changedWhere({ ...ofTokens, rid: roomId });
    },
    async change(id, { msg, editedAt, editedBy }) {
      const message = await messages.findOneAndUpdate(
        { _id: id },
        { $set: { msg, editedAt, editedBy, _updatedAt: clock() } },
        { returnDocument: 'after' },
      );
      if (message) reporter.changed(id);
      return message;
    },
    async setVisitor(roomIds, fromId, toId) {
      const inRooms = { rid: { $in: [...roomIds] } };
      const change = { $set: { 'u._id': toId, _updatedAt: clock() } };
      const { modifiedCount } = await messages.updateMany({ ...inRooms, 'u._id': fromId }, change);
      if (modifiedCount > 0) reporter.changedWhere({ ...inRooms, 'u._id': toId });
    },
  };
}

function messageDeletions(
  messages: Collection<Message>,
  reporter: WriteReporter,
): Pick<MessageStore, 'delete' | 'deleteByRooms' | 'deletePageViews'> {
  return {
    async delete(id) {
      const deleted = await messages.findOneAndDelete({ _id: id }, { projection: { rid: 1 } });
      if (deleted) reporter.removed([deleted]);
      return deleted !== null;
    },
    async deleteByRooms(roomIds) {
      return (await messages.deleteMany({ rid: { $in: [...roomIds] } })).deletedCount;
    },
    async deletePageViews(token, limit) {
      const ofToken = messages
        .find({ 'navigation.token': token })
        .project<RemovedDocument>({ _id: 1, rid: 1 });
      const found = await ofToken.limit(limit).toArray();
      if (found.length === 0) return 0;
      const { deletedCount } = await messages.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
      reporter.removed(found);
      return deletedCount;
    },
  };
}

const transfer = { t: 'livechat_transfer_history', transferData: { $type: 'object' } } as const;

/** What people wrote by Foyer; Rocket.Chat stores the parsed text in `md`. */
const writtenHere = { t: { $exists: false }, _hidden: { $ne: true }, md: { $exists: false } };

/** The ids of the rooms that have such messages. */
const roomsWith = (messages: Collection<Message>, filter: Filter<Message>, signal?: AbortSignal) =>
  distinctValues(messages, 'rid', filter, signal) as Promise<string[]>;

function messageReads(messages: Collection<Message>, totals: PageTotals): MessageReads {
  return {
    findById: (id) => messages.findOne({ _id: id }),
    listHistory(roomId, { limit, offset, before, hiddenTypes, signal }) {
      const visible: Filter<Message> = {
        rid: roomId,
        _hidden: { $ne: true },
        ...(before ? { ts: { $lt: before } } : {}),
        ...(hiddenTypes.length > 0 ? { t: { $nin: [...hiddenTypes] } } : {}),
      };
      return readBatches(messages.find(visible, { signal }).sort({ ts: -1 }).skip(offset).limit(limit));
    },
    listOfRoom: (roomId, searchTerm, page) => {
      const text = searchTerm ? { msg: { $regex: literalPattern(searchTerm), $options: 'i' } } : {};
      const said = { rid: roomId, ...saidOrClosed, ...text } as Filter<Message>;
      return findPage(messages, said, page, { totals });
    },
    listPagesVisited: (roomId, page) =>
      findPage(messages, { rid: roomId, t: 'livechat_navigation_history' }, page, { totals }),
    listTransfers: (roomId, page) =>
      findPage<Message, TransferMessage>(messages, { rid: roomId, ...transfer }, page),
    findLastOfRoom: (roomId, upTo) =>
      messages.findOne(
        { rid: roomId, ts: { $lte: upTo }, t: { $exists: false }, _hidden: { $ne: true } },
        { sort: { ts: -1 } },
      ),
    listWrittenBetween(roomId, after, before, limit) {
      const between = { rid: roomId, ts: { $gt: after, $lt: before } };
      const found = messages.find({ ...between, ...writtenHere }).sort({ ts: 1 });
      return found.limit(limit).toArray();
    },
    listRoomsWithText: (roomIds, text, signal) =>
      roomsWith(messages, { rid: { $in: [...roomIds] }, msg: { $regex: literalPattern(text) } }, signal),
    async *readRoom(rid, signal) {
      yield* await readBatches(messages.find({ rid }, { signal }).sort({ ts: -1 }));
    },
    async *readPageViews(tokens, signal) {
      const roomless = { 'navigation.token': { $in: [...tokens] }, rid: { $exists: false } };
      yield* await readBatches(messages.find(roomless, { signal }));
    },
    listTransferred: (roomIds) =>
      roomsWith(messages, { rid: { $in: [...roomIds] }, t: 'livechat_transfer_history' }),
    listClosings: (roomIds) => messages.find({ rid: { $in: [...roomIds] }, t: 'livechat-close' }).toArray(),
  };
}
