import type { Collection, Db, Document, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Message, MessageReads, MessageStore } from '../../domain/messages/message.ts';
import { findPage } from '../mongodb/find-page.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';

/** `null` stands for messages without a type, which people wrote. */
const saidOrClosed: Filter<Message> = { t: { $in: [null, 'livechat-close'] } } as Document;

/** The messages in `rocketchat_message`. */
export function createMessageStore(db: Db, clock: Clock): MessageStore {
  const messages: Collection<Message> = db.collection('rocketchat_message');

  return {
    ...messageReads(messages),
    async insert(message) {
      const stored = { ...message, _updatedAt: clock() };
      return (await insertNew(messages, stored)) ? stored : null;
    },
    async adoptPageViews(token, roomId) {
      await messages.updateMany(
        { 'navigation.token': token, rid: { $exists: false } },
        { $set: { rid: roomId, _updatedAt: clock() } },
      );
    },
    change: (id, { msg, editedAt, editedBy }) =>
      messages.findOneAndUpdate(
        { _id: id },
        { $set: { msg, editedAt, editedBy, _updatedAt: clock() } },
        { returnDocument: 'after' },
      ),
    async delete(id) {
      const { deletedCount } = await messages.deleteOne({ _id: id });
      return deletedCount === 1;
    },
    async deleteByRooms(roomIds) {
      await messages.deleteMany({ rid: { $in: [...roomIds] } });
    },
  };
}

function messageReads(messages: Collection<Message>): MessageReads {
  return {
    findById: (id) => messages.findOne({ _id: id }),
    listHistory: (roomId, { limit, offset, before, hiddenTypes }) =>
      messages
        .find({
          rid: roomId,
          _hidden: { $ne: true },
          ...(before ? { ts: { $lt: before } } : {}),
          ...(hiddenTypes.length > 0 ? { t: { $nin: [...hiddenTypes] } } : {}),
        })
        .sort({ ts: -1 })
        .skip(offset)
        .limit(limit)
        .toArray(),
    listOfRoom: (roomId, searchTerm, page) => {
      const text = searchTerm ? { msg: { $regex: literalPattern(searchTerm), $options: 'i' } } : {};
      return findPage(messages, { rid: roomId, ...saidOrClosed, ...text } as Filter<Message>, page);
    },
    listPagesVisited: (roomId, page) =>
      findPage(messages, { rid: roomId, t: 'livechat_navigation_history' }, page),
    findLastOfRoom: (roomId) =>
      messages.findOne({ rid: roomId, t: { $exists: false }, _hidden: { $ne: true } }, { sort: { ts: -1 } }),
    listRoomsWithText: (roomIds, text) =>
      messages.distinct('rid', {
        rid: { $in: [...roomIds] },
        msg: { $regex: literalPattern(text) },
      }) as Promise<string[]>,
    listClosings: (roomIds) => messages.find({ rid: { $in: [...roomIds] }, t: 'livechat-close' }).toArray(),
  };
}
