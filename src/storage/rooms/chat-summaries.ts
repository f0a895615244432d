import type { Collection, Db } from 'mongodb';
import { dateOf } from '../../domain/dates.ts';
import type { ChatSummaries, ChatSummary, LastRoom } from '../../domain/rooms/chat-summary.ts';
import type { Room } from '../../domain/rooms/room.ts';

/** How many visitors' rooms are summed up with one query. */
const visitorsAtATime = 500;

/** What the database makes of one visitor's rooms; the newest room comes first. */
interface Sums {
  readonly _id: string;
  readonly chats: number;
  readonly totalDurationMs: number;
  readonly newest: Room;
  readonly open: Room | null;
}

const room = { _id: '$_id', open: '$open', ts: '$ts', queuedAt: '$queuedAt', closedAt: '$closedAt' };
const shown = { ...room, servedBy: '$servedBy', departmentId: '$departmentId' };

/** Sums up the livechat rooms in `rocketchat_room`. */
export function createChatSummaries(db: Db): ChatSummaries {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  return {
    async listByVisitors(visitorIds) {
      const summaries = new Map<string, ChatSummary>();
      for (let from = 0; from < visitorIds.length; from += visitorsAtATime) {
        const some = visitorIds.slice(from, from + visitorsAtATime);
        for (const sums of await sumUp(rooms, some)) summaries.set(sums._id, summaryOf(sums));
      }
      return summaries;
    },
  };
}

const sumUp = (rooms: Collection<Room>, visitorIds: readonly string[]): Promise<Sums[]> =>
  rooms
    .aggregate<Sums>([
      { $match: { 'v._id': { $in: visitorIds }, t: 'l' } },
      { $sort: { 'v._id': 1, ts: -1 } },
      {
        $group: {
          _id: '$v._id',
          chats: { $sum: 1 },
          totalDurationMs: { $sum: { $cond: [isClosed, { $subtract: ['$closedAt', '$ts'] }, 0] } },
          newest: { $first: shown },
          open: { $max: { $cond: [{ $eq: ['$open', true] }, shown, null] } },
        },
      },
    ])
    .toArray();

/** Documents from older releases may lack a date, or have something else in its place. */
const isClosed = {
  $and: [
    { $ne: ['$open', true] },
    { $eq: [{ $type: '$closedAt' }, 'date'] },
    { $eq: [{ $type: '$ts' }, 'date'] },
  ],
};

const summaryOf = ({ _id, chats, totalDurationMs, newest, open }: Sums): ChatSummary => ({
  visitorId: _id,
  chats,
  totalDurationMs,
  last: lastRoom(open ?? newest),
});

function lastRoom({ _id, open, ts, queuedAt, closedAt, servedBy, departmentId }: Room): LastRoom {
  const openedAt = dateOf(ts) ?? new Date(0);
  return {
    roomId: _id,
    isOpen: open === true,
    openedAt,
    queuedAt: dateOf(queuedAt) ?? openedAt,
    closedAt: dateOf(closedAt),
    servedBy,
    departmentId,
  };
}
