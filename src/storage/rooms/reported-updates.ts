import type { Collection, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { type Change, withUpdatedAt } from '../mongodb/with-updated-at.ts';

/** Updates of rooms that are reported if they change something. */
export function reportedUpdates(rooms: Collection<Room>, clock: Clock, reporter: WriteReporter) {
  const update = async (ids: readonly string[], change: UpdateFilter<Room>, only: Filter<Room>) => {
    const stamped = withUpdatedAt(change, clock());
    const [first, ...others] = ids;
    if (first === undefined) return;
    // The driver repeats the write of one document if an election interrupts it.
    const { modifiedCount } =
      others.length === 0
        ? await rooms.updateOne({ ...only, _id: first }, stamped)
        : await rooms.updateMany({ ...only, _id: { $in: [...ids] } }, stamped);
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
