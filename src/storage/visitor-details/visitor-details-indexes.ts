import type { Index } from '../mongodb/index-definition.ts';
import { reachedGoalCollection } from './reached-goals.ts';
import { visitorDetailsCollection } from './visitor-details.ts';

/** The indexes for what integrators tell of visitors. */
export const visitorDetailsIndexes: readonly Index[] = [
  {
    collection: visitorDetailsCollection,
    name: 'foyer_visitor_details_of_visitor',
    key: { recordId: 1, name: 1 },
    serves: "a visitor's details, by name",
  },
  {
    collection: reachedGoalCollection,
    name: 'foyer_goals_of_visitor',
    key: { recordId: 1 },
    serves: 'what a visitor has reached',
  },
  {
    collection: reachedGoalCollection,
    name: 'foyer_goals_of_room',
    key: { roomId: 1 },
    options: { sparse: true },
    serves: 'what was reached in a room',
  },
  {
    collection: reachedGoalCollection,
    name: 'foyer_goals_by_time',
    key: { reachedAt: -1 },
    serves: 'the newest rooms in which any goal was reached',
  },
  {
    collection: reachedGoalCollection,
    name: 'foyer_goal_by_time',
    key: { goal: 1, reachedAt: -1 },
    serves: 'the newest rooms in which a goal was reached',
  },
];
