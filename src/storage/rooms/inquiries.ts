import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import {
  type Inquiry,
  type InquiryStore,
  inquiryIdOf,
  inquiryStatuses,
  type QueuedInquiry,
  type WaitingChat,
} from '../../domain/rooms/inquiry.ts';
import { deleteAndReport, updateAndReport, type WriteReporter } from '../feed/write-reporter.ts';
import { findPage } from '../mongodb/find-page.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { needsList } from '../mongodb/needs-list.ts';
import { PageTotals } from '../mongodb/page-totals.ts';
import { updateEach } from '../mongodb/update-each.ts';
import { withUpdatedAt } from '../mongodb/with-updated-at.ts';

const queued = { rid: 1, name: 1, ts: 1, status: 1, department: 1 } as const;

/** The queue in `rocketchat_livechat_inquiry`. */
export function createInquiryStore(db: Db, clock: Clock, reporter: WriteReporter): InquiryStore {
  const inquiries: Collection<Inquiry> = db.collection('rocketchat_livechat_inquiry');
  const update = reportedUpdate(inquiries, clock, reporter);
  const updateOne: UpdateOne = (id, filter, change) =>
    updateAndReport(inquiries, { ...filter, _id: id }, withUpdatedAt(change, clock()), reporter);

  return {
    ...inquiryReads(inquiries),
    ...moves(update),
    ...lastMessages(update, updateOne),
    async take(id, takenAt) {
      const $set = { status: 'taken', takenAt } as const;
      const change = { $set, $unset: { defaultAgent: 1, queuedAt: 1 } } as const;
      return updateOne(id, { status: { $ne: 'taken' } }, change);
    },
    async open(inquiry) {
      const stored = { ...inquiry, _updatedAt: clock() };
      const isNew = await insertNew(inquiries, stored);
      if (isNew) reporter.added(stored);
      return isNew;
    },
    async addActivity(roomId, month) {
      await needsList(update({ rid: roomId }, { $addToSet: { 'v.activity': month } }));
    },
    async rename(roomIds, name) {
      await update({ rid: { $in: [...roomIds] } }, { $set: { name } });
    },
    async setVisitorStatus(visitorId, status) {
      await update({ 'v._id': visitorId, status: 'queued' }, { $set: { 'v.status': status } });
    },
    async setVisitor(roomIds, visitorId) {
      await update({ rid: { $in: [...roomIds] } }, { $set: { 'v._id': visitorId } });
    },
    async deleteByRoom(roomId) {
      return (await deleteAndReport(inquiries, { rid: roomId }, reporter)) > 0;
    },
    async deleteByRooms(roomIds) {
      await deleteAndReport(inquiries, { rid: { $in: [...roomIds] } }, reporter);
    },
  };
}

type Update = ReturnType<typeof reportedUpdate>;
/** Changes an inquiry that matches a filter; false if it changed nothing. */
type UpdateOne = (id: string, filter: Filter<Inquiry>, change: UpdateFilter<Inquiry>) => Promise<boolean>;
type Moves = 'requeue' | 'setDepartment' | 'leaveDepartment';

/** What moves a chat out of the queue, back into it, or from one queue into another. */
const moves = (update: Update): Pick<InquiryStore, Moves> => ({
  async requeue(roomId, { queuedAt, departmentId, lastMessage }) {
    const $set = {
      status: 'queued' as const,
      queuedAt,
      ...(departmentId === undefined ? {} : { department: departmentId }),
      ...(lastMessage === undefined ? {} : { lastMessage }),
    };
    await update({ rid: roomId }, { $set, $unset: { takenAt: 1, defaultAgent: 1 } });
  },
  async setDepartment(roomId, department) {
    await update({ rid: roomId }, { $set: { department } });
  },
  async leaveDepartment(department) {
    const ofDepartment: Filter<Inquiry> = { status: { $in: [...inquiryStatuses] }, department };
    await update(ofDepartment, { $unset: { department: 1 } });
  },
});

/** What the queue shows as a chat's last message. */
const lastMessages = (
  update: Update,
  updateOne: UpdateOne,
): Pick<InquiryStore, 'setLastMessage' | 'replaceLastMessage'> => ({
  async setLastMessage(roomId, message) {
    const waiting: Filter<Inquiry> = {
      rid: roomId,
      status: { $ne: 'taken' },
      'lastMessage.ts': { $not: { $gt: message.ts } },
    };
    const change = { $set: { lastMessage: message } };
    // Most are Foyer's own, whose id is known: for these, nothing is looked up for each message.
    if (!(await updateOne(inquiryIdOf(roomId), waiting, change))) await update(waiting, change);
  },
  async replaceLastMessage(roomId, staleId, last) {
    const change = last ? { $set: { lastMessage: last } } : { $unset: { lastMessage: 1 as const } };
    await update({ rid: roomId, 'lastMessage._id': staleId }, change);
  },
});

type Reads =
  | 'findById'
  | 'findByRoom'
  | 'listQueued'
  | 'listQueuedByVisitor'
  | 'listQueuedFor'
  | 'listWaiting';

function inquiryReads(inquiries: Collection<Inquiry>): Pick<InquiryStore, Reads> {
  const totals = new PageTotals();
  return {
    findById: (id) => inquiries.findOne({ _id: id, rid: { $exists: true } }),
    findByRoom: (roomId) => inquiries.findOne({ rid: roomId }),
    listQueuedByVisitor: (visitorId) => inquiries.find({ 'v._id': visitorId, status: 'queued' }).toArray(),
    listQueuedFor: ({ userId, departmentIds }, page) => {
      const mine: Filter<Inquiry>[] = [
        { 'defaultAgent.agentId': userId },
        { department: { $in: [...departmentIds] } },
        { department: { $exists: false } },
      ];
      return findPage<Inquiry>(inquiries, { status: 'queued', $or: mine }, page, { totals });
    },
    listWaiting: (order, limit) =>
      inquiries
        .find({ status: 'queued' })
        .sort(order === 'ts' ? { ts: 1 } : { [order]: 1, ts: 1 })
        .limit(limit)
        .project<WaitingChat>({ _id: 0, rid: 1, department: 1 })
        .toArray(),
    listQueued: (departmentId, page) =>
      findPage<Inquiry, QueuedInquiry>(
        inquiries,
        { status: 'queued', ...(departmentId === undefined ? {} : { department: departmentId }) },
        page,
        { projection: queued, totals },
      ),
  };
}

/** An update that is reported if it changes something. */
const reportedUpdate =
  (inquiries: Collection<Inquiry>, clock: Clock, reporter: WriteReporter) =>
  async (filter: Filter<Inquiry>, change: UpdateFilter<Inquiry>): Promise<void> => {
    reporter.changed(...(await updateEach(inquiries, filter, withUpdatedAt(change, clock()))));
  };
