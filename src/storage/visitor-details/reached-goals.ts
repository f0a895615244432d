import type { Collection, Db } from 'mongodb';
import { derivedId } from '../../domain/ids.ts';
import type { ReachedGoal, ReachedGoalStore } from '../../domain/visitor-details/reached-goal.ts';
import { insertNew } from '../mongodb/insert-new.ts';

export const reachedGoalCollection = 'foyer_reached_goal';

interface StoredGoal extends ReachedGoal {
  readonly _id: string;
}

/** Several that are added at once may make a few more. */
const mostPerVisitor = 1_000;
const shown = { _id: 0 } as const;

/** Reached goals in `foyer_reached_goal`; the `_id` is made of the visitor's, the goal's and the order's. */
export function createReachedGoalStore(db: Db): ReachedGoalStore {
  const collection: Collection<StoredGoal> = db.collection(reachedGoalCollection);
  return {
    async add(reached) {
      const { recordId, goal, order } = reached;
      if ((await collection.countDocuments({ recordId }, { limit: mostPerVisitor })) >= mostPerVisitor)
        return false;
      await insertNew(collection, { _id: derivedId(recordId, String(goal), order.id), ...reached });
      return true;
    },
    async listRooms(goal, limit) {
      const inRooms = { ...(goal !== undefined && { goal }), roomId: { $gt: '' } };
      const newest = collection.find(inRooms, { projection: { roomId: 1 } }).sort({ reachedAt: -1 });
      return (await newest.limit(limit).toArray()).flatMap(({ roomId = [] }) => roomId);
    },
    listByRooms: (roomIds) =>
      collection.find<ReachedGoal>({ roomId: { $in: [...roomIds] } }, { projection: shown }).toArray(),
    listByVisitor: (recordId) => collection.find<ReachedGoal>({ recordId }, { projection: shown }).toArray(),
    deleteByVisitor: async (recordId) => (await collection.deleteMany({ recordId })).deletedCount,
  };
}
