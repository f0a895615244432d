import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import { visitorsOf } from '../../domain/contacts/contact.ts';
import type { Closing, Room, RoomStore } from '../../domain/rooms/room.ts';
import { fieldValuesUpdate } from '../custom-fields/field-values.ts';
import { deleteAndReport, type WriteReporter } from '../feed/write-reporter.ts';
import { distinctValues } from '../mongodb/distinct-values.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { reportedUpdates } from './reported-updates.ts';
import { createRoomClaims, type RoomClaims } from './room-claims.ts';

const newest = { sort: { ts: -1 } } as const;
const openRoomsOf = (visitorId: string): Filter<Room> => ({ 'v._id': visitorId, open: true, t: 'l' });

export interface RoomStoreOptions {
  readonly clock: Clock;
  readonly reporter: WriteReporter;
  /** False while no index keeps a visitor from having two open rooms; then claims do. */
  readonly openRoomIsUnique: () => boolean;
}

/** Livechat rooms in `rocketchat_room`. */
export function createRoomStore(db: Db, { clock, reporter, openRoomIsUnique }: RoomStoreOptions): RoomStore {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const claims = createRoomClaims(db, rooms, clock);
  return { ...roomLookups(rooms), ...roomWrites(rooms, { clock, reporter, openRoomIsUnique, claims }) };
}

type Lookups =
  | 'findById'
  | 'findByIdAndVisitor'
  | 'findOpenByVisitor'
  | 'listOpenByVisitor'
  | 'listIdsByContact'
  | 'listIdsByVisitor'
  | 'countByVisitor'
  | 'listRecentDurations'
  | 'listOfflineVisitors'
  | 'listTokensByVisitor';

function roomLookups(rooms: Collection<Room>): Pick<RoomStore, Lookups> {
  return {
    findById: (id) => rooms.findOne({ _id: id, t: 'l' }),
    findByIdAndVisitor: (id, visitorId) => rooms.findOne({ _id: id, t: 'l', 'v._id': visitorId }),
    findOpenByVisitor: (visitorId) => rooms.findOne(openRoomsOf(visitorId), newest),
    listOpenByVisitor: (visitorId) => rooms.find(openRoomsOf(visitorId), newest).toArray(),
    async listIdsByVisitor(visitorId, limit = 0) {
      const found = await rooms
        .find({ 'v._id': visitorId, t: 'l' })
        .sort({ ts: -1 })
        .project<Pick<Room, '_id'>>({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    },
    async listIdsByContact(contact) {
      const found = rooms.find({ 'v._id': { $in: visitorsOf(contact) }, t: 'l', contactId: contact._id });
      return (await found.project<Pick<Room, '_id'>>({ _id: 1 }).toArray()).map(({ _id }) => _id);
    },
    listTokensByVisitor: async (visitorId) => {
      const tokens = await distinctValues(rooms, 'v.token', { 'v._id': visitorId });
      return tokens.filter((token) => typeof token === 'string');
    },
    async listRecentDurations(departmentId, count) {
      const closed = { t: 'l', closedAt: { $exists: true } } as const;
      const found = await rooms
        .find(departmentId === undefined ? closed : { ...closed, departmentId })
        .sort({ closedAt: -1 })
        .limit(count)
        .project<Pick<Room, 'metrics'>>({ 'metrics.chatDuration': 1 })
        .toArray();
      return found.map(({ metrics }) => metrics?.chatDuration).filter(isFiniteNumber);
    },
    listOfflineVisitors: (visitorIds) =>
      distinctValues(rooms, 'v._id', {
        'v._id': { $in: [...visitorIds] },
        open: true,
        t: 'l',
        'v.status': 'offline',
      }) as Promise<string[]>,
    countByVisitor: (visitorId) => rooms.countDocuments({ 'v._id': visitorId, t: 'l' }),
  };
}

function roomWrites(
  rooms: Collection<Room>,
  { clock, reporter, openRoomIsUnique, claims }: RoomStoreOptions & { readonly claims: RoomClaims },
): Omit<RoomStore, Lookups> {
  const { update, updateWhere, updateFound } = reportedUpdates(rooms, clock, reporter);
  return {
    async open(room) {
      const _id = room.v && !openRoomIsUnique() ? await claims.claim(room.v._id, room._id) : room._id;
      if (_id === null) return null;
      const stored = { ...room, _id, _updatedAt: clock() };
      if (!(await insertNew(rooms, stored))) return null;
      reporter.added(stored);
      return stored;
    },
    serve: (id, agent) =>
      updateFound(
        { _id: id, t: 'l', open: true, servedBy: { $exists: false } },
        { $set: { servedBy: agent }, $inc: { usersCount: 1 } },
      ),
    close: (id, closing) => updateFound({ _id: id, t: 'l', open: true }, closed(closing)),
    dropEmptyTags: (ids) => update(ids, { $unset: { tags: 1 } }, { tags: { $size: 0 } }),
    rename: (ids, fname) => update(ids, { $set: { fname } }, { t: 'l' }),
    setContact: (visitorId, { type, id }, { _id, name }) =>
      updateWhere(
        { 'v._id': visitorId, t: 'l', 'source.type': type, ...(id ? { 'source.id': id } : {}) },
        { $set: { contactId: _id, ...(name ? { fname: name } : {}) } },
      ),
    setCrmData: (id, text) => update([id], { $set: { crmData: text } }, { t: 'l' }),
    setVisitor: (ids, visitorId) =>
      update(ids, { $set: { 'v._id': visitorId }, $unset: { _enforceSingleRoom: 1 } }, { t: 'l' }),
    setVisitorStatus: (visitorId, status) =>
      updateWhere(openRoomsOf(visitorId), { $set: { 'v.status': status } }),
    setLivechatData(visitorId, given) {
      const { due, values } = fieldValuesUpdate('livechatData', given);
      return updateWhere({ ...openRoomsOf(visitorId), ...due }, [{ $set: values }]);
    },
    async leaveDepartment(departmentId, limit) {
      const inDepartment: Filter<Room> = { departmentId, t: 'l' };
      const found = rooms.find(inDepartment, { projection: { _id: 1 }, limit });
      const ids = (await found.toArray()).map(({ _id }) => _id);
      await update(ids, { $unset: { departmentId: 1, departmentAncestors: 1 } }, inDepartment);
      return ids.length;
    },
    async delete(ids) {
      await deleteAndReport(rooms, { _id: { $in: [...ids] }, t: 'l' }, reporter);
    },
  };
}

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

const closed = (closing: Closing): UpdateFilter<Room> => ({
  $set: {
    closedAt: closing.closedAt,
    closer: closing.closer,
    closedBy: closing.closedBy,
    ...(closing.tags ? { tags: closing.tags } : {}),
    ...(closing.chatDuration === undefined ? {} : { 'metrics.chatDuration': closing.chatDuration }),
    ...(closing.serviceTimeDuration === undefined
      ? {}
      : { 'metrics.serviceTimeDuration': closing.serviceTimeDuration }),
    ...(closing.transcriptRequest ? { transcriptRequest: closing.transcriptRequest } : {}),
    'v.status': 'offline',
  },
  $unset: { open: 1, ...(closing.transcriptRequest === null ? { transcriptRequest: 1 } : {}) },
});
