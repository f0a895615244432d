import { LRUCache } from 'lru-cache';
import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import { type PageView, roomless } from '../../domain/pages/page-view.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { VisitorStore } from '../../domain/visitors/visitor.ts';

/** Knows whose rooms page views name. */
export interface RoomOwners {
  /** The views; those whose room is no livechat room of the visitor who has their token come without a room. */
  check(views: readonly PageView[]): Promise<readonly PageView[]>;
}

interface Parts {
  readonly db: Db;
  readonly clock: Clock;
  readonly visitors: Pick<VisitorStore, 'findByToken'>;
}

/** A room that is deleted while it is remembered is noticed when the view is counted in it. */
const rememberMs = 60_000;
const capacity = 10_000;

/**
 * Looks rooms up by one query for all views, and remembers for a minute that a room is a visitor's; that it is not may
 * change with the next request, so that is not remembered.
 */
export function createRoomOwners({ db, clock, visitors }: Parts): RoomOwners {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const remembered = new LRUCache<string, true>({
    max: capacity,
    ttl: rememberMs,
    ttlResolution: 0,
    perf: { now: () => clock().getTime() },
  });

  const isOwner = async (token: string, { v }: Room): Promise<boolean> => {
    if (v === undefined) return false;
    const visitor = await visitors.findByToken(token);
    // A room keeps the token that it was opened with, which may be somebody else's by now.
    return visitor === null ? v.token === token : visitor._id === v._id;
  };

  return {
    async check(views) {
      const unknown = views.filter((view) => view.rid !== undefined && !remembered.has(keyOf(view)));
      if (unknown.length === 0) return views;
      const byId = await findRooms(rooms, unknown);
      const pairs = new Map(unknown.map((view) => [keyOf(view), view]));
      const disowned = new Set<string>();
      const look = async ([key, { rid = '', navigation }]: [string, PageView]) => {
        const room = byId.get(rid);
        if (room && (await isOwner(navigation.token, room))) remembered.set(key, true);
        else disowned.add(key);
      };
      await Promise.all([...pairs].map(look));
      return views.map((view) => (disowned.has(keyOf(view)) ? roomless(view) : view));
    },
  };
}

const keyOf = ({ rid, navigation }: PageView): string => JSON.stringify([rid, navigation.token]);

/** The livechat rooms that the views name, by id. */
async function findRooms(
  rooms: Collection<Room>,
  views: readonly PageView[],
): Promise<ReadonlyMap<string, Room>> {
  const ids = [...new Set(views.flatMap(({ rid = [] }) => rid))];
  if (ids.length === 0) return new Map();
  const found = await rooms
    .find({ _id: { $in: ids }, t: 'l' }, { projection: { 'v._id': 1, 'v.token': 1 } })
    .toArray();
  return new Map(found.map((room) => [room._id, room]));
}
