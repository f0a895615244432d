import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Inquiry, InquiryStore, QueuedInquiry } from '../../domain/rooms/inquiry.ts';
import { findPage } from '../mongodb/find-page.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { withUpdatedAt } from '../mongodb/with-updated-at.ts';

const queued = { rid: 1, name: 1, ts: 1, status: 1, department: 1 } as const;

/** The queue in `rocketchat_livechat_inquiry`. */
export function createInquiryStore(db: Db, clock: Clock): InquiryStore {
  const inquiries: Collection<Inquiry> = db.collection('rocketchat_livechat_inquiry');
  const update = async (filter: Filter<Inquiry>, change: UpdateFilter<Inquiry>): Promise<boolean> => {
    const { modifiedCount } = await inquiries.updateMany(filter, withUpdatedAt(change, clock()));
    return modifiedCount > 0;
  };

  return {
    findById: (id) => inquiries.findOne({ _id: id, rid: { $exists: true } }),
    findByRoom: (roomId) => inquiries.findOne({ rid: roomId }),
    listQueued: (departmentId, page) =>
      findPage<Inquiry, QueuedInquiry>(
        inquiries,
        { status: 'queued', ...(departmentId === undefined ? {} : { department: departmentId }) },
        page,
        queued,
      ),
    open: (inquiry) => insertNew(inquiries, { ...inquiry, _updatedAt: clock() }),
    take: (id, takenAt) =>
      update(
        { _id: id, status: { $ne: 'taken' } },
        { $set: { status: 'taken', takenAt }, $unset: { defaultAgent: 1, queuedAt: 1 } },
      ),
    async addActivity(roomId, month) {
      await update({ rid: roomId }, { $addToSet: { 'v.activity': month } });
    },
    async setLastMessage(roomId, message) {
      await update({ rid: roomId, status: { $ne: 'taken' } }, { $set: { lastMessage: message } });
    },
    async rename(roomIds, name) {
      await update({ rid: { $in: [...roomIds] } }, { $set: { name } });
    },
    async setVisitorStatus(token, status) {
      await update({ 'v.token': token, status: 'queued' }, { $set: { 'v.status': status } });
    },
    async deleteByRoom(roomId) {
      const { deletedCount } = await inquiries.deleteMany({ rid: roomId });
      return deletedCount > 0;
    },
    async deleteByRooms(roomIds) {
      await inquiries.deleteMany({ rid: { $in: [...roomIds] } });
    },
  };
}
