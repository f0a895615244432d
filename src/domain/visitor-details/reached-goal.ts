/** What was bought; every text is `""` if it is unknown. */
export interface GoalOrder {
  readonly id: string;
  readonly description: string;
  /** As it was told, such as `199.00`. */
  readonly price: string;
  readonly currency: string;
}

/** A goal of the site's that a visitor reached, as an integrator told: a document of `foyer_reached_goal`. */
export interface ReachedGoal {
  /** The id of the visitor's record. */
  readonly recordId: string;
  /** The site's number for the goal. */
  readonly goal: number;
  /** The visitor's newest room at that time; absent if they never had one. */
  readonly roomId?: string;
  readonly order: GoalOrder;
  readonly reachedAt: Date;
}

export interface ReachedGoalStore {
  /** Stores it, once for each goal and order of a visitor's; false if they have reached too many. */
  add(reached: ReachedGoal): Promise<boolean>;
  /** The rooms in which a goal was reached, or any; the newest, `limit` at most. */
  listRooms(goal: number | undefined, limit: number): Promise<string[]>;
  listByRooms(roomIds: readonly string[]): Promise<ReachedGoal[]>;
  listByVisitor(recordId: string): Promise<ReachedGoal[]>;
  /** Deletes what a visitor has reached; returns how many. */
  deleteByVisitor(recordId: string): Promise<number>;
}
