import type { Document, Filter } from 'mongodb';
import { satisfactions } from '../../domain/rooms/rating.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { leastWaitMs } from '../../domain/rooms/room-metrics.ts';
import type {
  ChatFilter,
  ContactRooms,
  Period,
  ReadableRooms,
  RoomFilter,
  VisitorRooms,
} from '../../domain/rooms/room-search.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';

/** The filter of `livechat/rooms`, by Rocket.Chat's rules. */
export function roomFilter(filter: RoomFilter): Filter<Room> {
  const { agents, departments, roomName, tags, customFields = {}, queued } = filter;
  const query: Document = { t: 'l' };
  if (filter.open === true || queued) query.open = true;
  if (filter.open === false) query.open = { $exists: false };
  if (queued) query.servedBy = { $exists: false };
  else if (filter.served !== undefined) query.servedBy = { $exists: filter.served };
  if (filter.onHold && !queued) query.onHold = true;
  else if (filter.open !== undefined || queued) query.onHold = { $ne: true };
  if (agents?.length) {
    const listed = { $in: agents };
    query.$or = [{ 'servedBy._id': listed }, { 'servedBy.username': listed }];
  }
  // A single one is matched by equality, so that its index returns the rooms in order.
  if (departments) query.departmentId = departments.length === 1 ? departments[0] : { $in: departments };
  if (filter.createdAt) query.ts = range(filter.createdAt);
  if (filter.closedAt) query.closedAt = range(filter.closedAt);
  if (tags?.length) query.tags = { $in: tags };
  if (filter.exactName !== undefined) query.fname = filter.exactName;
  else if (roomName !== undefined) query.fname = { $regex: literalPattern(roomName), $options: 'i' };
  for (const [field, text] of Object.entries(customFields)) {
    query[`livechatData.${field}`] = { $regex: literalPattern(text), $options: 'i' };
  }
  return { ...query, ...narrowing(filter) } as Filter<Room>;
}

const allSatisfactions = ['1', '2', '3', '4', '5'];

/** What only some dialects filter by. */
function narrowing(filter: RoomFilter): Document {
  const { visitors, waited, inNoDepartment, isTagged, rating, hasFeedback, among, except } = filter;
  const query: Document = {};
  if (visitors) query['v._id'] = { $in: visitors };
  // No index has it: rooms are tested in their order, the newest first.
  if (waited !== undefined) query.$expr = waited ? hasWaited : { $not: [hasWaited] };
  if (inNoDepartment) query.departmentId = { $exists: false };
  if (isTagged !== undefined) query['tags.0'] = { $exists: isTagged };
  if (rating === 'none') query['surveyFeedback.satisfaction'] = { $exists: false };
  else if (rating !== undefined)
    query['surveyFeedback.satisfaction'] = {
      $in: rating === 'any' ? allSatisfactions : satisfactions[rating],
    };
  if (hasFeedback !== undefined) query['surveyFeedback.additionalFeedback'] = { $exists: hasFeedback };
  if (among) query._id = { $in: among };
  else if (except) query._id = { $nin: except };
  return query;
}

const isDate = (path: string): Document => ({ $eq: [{ $type: path }, 'date'] });

/** `waitOf` as MongoDB computes it. */
const hasWaited: Document = {
  $cond: [
    { $and: [isDate('$queuedAt'), isDate('$servedBy.ts')] },
    { $gte: [{ $subtract: ['$servedBy.ts', '$queuedAt'] }, leastWaitMs] },
    false,
  ],
};

/** The filter of `visitors.chatHistory`: the rooms of a visitor that a user may read. */
export function visitorRoomsFilter({ visitorId, readable }: VisitorRooms): Filter<Room> {
  const query: Document = { 'v._id': visitorId, t: 'l' };
  if (readable !== 'all') query.$or = readableFilters(readable);
  return query as Filter<Room>;
}

function readableFilters({ servedBy, waiting, closed }: Exclude<ReadableRooms, 'all'>): Document[] {
  const filters: Document[] = [{ 'servedBy._id': servedBy }];
  if (waiting.length > 0)
    filters.push({ _id: { $in: [...waiting] }, open: true, servedBy: { $exists: false } });
  if (closed === 'all') filters.push({ open: { $ne: true } });
  else if (closed.length > 0) filters.push({ open: { $ne: true }, departmentId: { $in: [...closed] } });
  return filters;
}

/** The filter of `visitors.searchChats`, apart from the text of messages. */
export function chatFilter(
  rooms: VisitorRooms,
  { closedOnly, servedOnly, source }: ChatFilter,
): Filter<Room> {
  const query: Document = visitorRoomsFilter(rooms);
  if (closedOnly) query.closedAt = { $exists: true };
  if (servedOnly) query.servedBy = { $exists: true };
  if (source) query.$and = [sourceFilter(source)];
  return query as Filter<Room>;
}

function sourceFilter(part: string): Document {
  const named = { $regex: literalPattern(part), $options: 'i' };
  return { $or: [{ 'source.type': named }, { 'source.alias': named }] };
}

/** The filter of `contacts.history`; by its visitors, whose rooms have an index. */
export function contactRoomsFilter(rooms: ContactRooms): Filter<Room> {
  const { contactId, visitorIds, readable, source } = rooms;
  const query: Document = {
    'v._id': { $in: visitorIds },
    t: 'l',
    contactId,
    closedAt: { $exists: true },
  };
  if (readable !== 'all') query.$or = readableFilters(readable);
  if (source) query.$and = [sourceFilter(source)];
  return query as Filter<Room>;
}

const dayMs = 24 * 60 * 60_000;
const latestDateMs = 8_640_000_000_000_000;

/**
 * The filter, with what it says of the opening by what it says of the closing: rooms are closed after they were opened,
 * or a day before that at most if clocks differ. So rooms closed long ago are found without looking at newer ones.
 */
export function withOpening(query: Filter<Room>, { closedAt, createdAt }: RoomFilter): Filter<Room> {
  if (!closedAt?.end) return query;
  const latestMs = Math.min(closedAt.end.getTime() + dayMs, createdAt?.end?.getTime() ?? latestDateMs);
  return { ...query, ts: range({ ...createdAt, end: new Date(latestMs) }) } as Filter<Room>;
}

const range = ({ start, end }: Period): Document => ({
  ...(start ? { $gte: start } : {}),
  ...(end ? { $lte: end } : {}),
});
