import type { Collection, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { updateMatching } from '../mongodb/update-matching.ts';
import { type Change, withUpdatedAt } from '../mongodb/with-updated-at.ts';

/** Updates of rooms that are reported if they change something. */
export function reportedUpdates(rooms: Collection<Room>, clock: Clock, reporter: WriteReporter) {
  const update = async (ids: readonly string[], change: UpdateFilter<Room>, only: Filter<Room>) => {
    const [first, ...others] = ids;
    if (first === undefined) return;
    const which = { ...only, _id: others.length === 0 ? first : { $in: [...ids] } };
    const { modifiedCount } = await updateMatching(rooms, which, withUpdatedAt(change, clock()));
    if (modifiedCount > 0) reporter.changed(...ids);
  };
  /** `kept` is what the rooms have in common after the change, too. */
  const updateWhere = async (kept: Filter<Room>, change: Change<Room>, only: Filter<Room> = {}) => {
    const { modifiedCount } = await rooms.updateMany({ ...kept, ...only }, withUpdatedAt(change, clock()));
    if (modifiedCount > 0) reporter.changedWhere(kept);
  };
  const updateFound = async (filter: Filter<Room>, change: UpdateFilter<Room>): Promise<Room | null> => {
    const stamped = withUpdatedAt(change, clock());
    const room = await rooms.findOneAndUpdate(filter, stamped, { returnDocument: 'after' });
    if (room) reporter.changed(room._id);
    return room;
  };
  return { update, updateWhere, updateFound };
}
