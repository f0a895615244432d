import { isDeepStrictEqual } from 'node:util';
import type { Collection, Filter } from 'mongodb';
import type { Room } from '../../domain/rooms/room.ts';

/** More are not counted one by one: the server knows how many documents there are, and those of other types are few. */
const countedAtMost = 10_000;

/**
 * How many livechat rooms match a filter. What indexes hold only as what is left out, closed rooms and those not on
 * hold, is the difference of what they do hold.
 */
export async function countRooms(
  rooms: Collection<Room>,
  filter: Filter<Room>,
  signal?: AbortSignal,
): Promise<number> {
  const { open, onHold, ...others } = filter;
  const countWithout = async (without: Filter<Room>, leftOut: Filter<Room>): Promise<number> => {
    const counts = [without, { ...without, ...leftOut }].map((each) => countRooms(rooms, each, signal));
    const [all = 0, some = 0] = await Promise.all(counts);
    return Math.max(0, all - some);
  };
  if (isDeepStrictEqual(onHold, { $ne: true }))
    return countWithout({ ...others, ...(open === undefined ? {} : { open }) }, { onHold: true });
  if (isDeepStrictEqual(open, { $exists: false }) && onHold === undefined)
    return countWithout(others, { open: { $in: [true, false] } } as Filter<Room>);
  if (isDeepStrictEqual(filter, { t: 'l' })) return countAll(rooms, signal);
  return rooms.countDocuments(filter, { signal });
}

/** How many livechat rooms there are. */
async function countAll(rooms: Collection<Room>, signal?: AbortSignal): Promise<number> {
  const all = await rooms.estimatedDocumentCount();
  if (all <= countedAtMost) return rooms.countDocuments({ t: 'l' }, { signal });
  const ofOtherTypes = [{ t: { $lt: 'l' } }, { t: { $gt: 'l' } }] as Filter<Room>[];
  const others = await Promise.all(ofOtherTypes.map((each) => rooms.countDocuments(each, { signal })));
  return others.reduce((left, count) => left - count, all);
}
