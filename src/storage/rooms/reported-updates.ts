import type { Collection, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { updateByIds, updateEach } from '../mongodb/update-each.ts';
import { type Change, withUpdatedAt } from '../mongodb/with-updated-at.ts';

/** Updates of rooms that are reported if they change something. */
export function reportedUpdates(rooms: Collection<Room>, clock: Clock, reporter: WriteReporter) {
  const update = async (ids: readonly string[], change: UpdateFilter<Room>, only: Filter<Room>) => {
    if (await updateByIds(rooms, ids, withUpdatedAt(change, clock()), only)) reporter.changed(...ids);
  };
  const updateWhere = async (filter: Filter<Room>, change: Change<Room>) => {
    reporter.changed(...(await updateEach(rooms, filter, withUpdatedAt(change, clock()))));
  };
  const updateFound = async (filter: Filter<Room>, change: UpdateFilter<Room>): Promise<Room | null> => {
    const stamped = withUpdatedAt(change, clock());
    const room = await rooms.findOneAndUpdate(filter, stamped, { returnDocument: 'after' });
    if (room) reporter.changed(room._id);
    return room;
  };
  return { update, updateWhere, updateFound };
}
