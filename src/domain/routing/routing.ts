export interface SelectedAgent {
  readonly agentId: string;
  readonly username: string;
}

/** How new chats get their agent: one takes them from the queue, or the next one is chosen. */
export type RoutingMethod = 'Manual_Selection' | 'Auto_Selection';

/** Which agents count as available, by Rocket.Chat's settings. */
export interface Availability {
  /** `Livechat_enabled_when_agent_idle`: agents who are away count as well. */
  readonly whenIdle: boolean;
  /** `Livechat_accept_chats_with_no_agents`: agents who are offline count as well. */
  readonly whenOffline: boolean;
}

/** Agents who may be chosen: those who are available, or bots, who always are. */
export type Candidates = Availability | 'bots';

/** A document of `rocketchat_livechat_department`, as far as routing reads it. */
export interface RoutingDepartment {
  readonly _id: string;
  readonly name: string;
  readonly email?: string;
  readonly showOnRegistration?: boolean;
  readonly showOnOfflineForm?: boolean;
  readonly departmentsAllowedToForward?: readonly string[];
  readonly fallbackForwardDepartment?: string;
  /** Whether conversations may be moved to it while nobody is there. */
  readonly allowReceiveForwardOffline?: boolean;
  /** What its visitors are told while they wait, instead of `Livechat_waiting_queue_message`. */
  readonly waitingQueueMessage?: string;
  readonly requestTagBeforeClosingChat?: boolean;
  readonly chatClosingTags?: readonly string[];
}

/** Departments as routing sees them. */
export interface DepartmentReads {
  findDepartment(id: string): Promise<RoutingDepartment | null>;
  findDepartmentByIdOrName(idOrName: string): Promise<RoutingDepartment | null>;
  listDepartments(ids: readonly string[]): Promise<RoutingDepartment[]>;
  /** Enabled departments that have agents. */
  listStaffedDepartments(): Promise<RoutingDepartment[]>;
  /** The departments in which the user is an agent. */
  listDepartmentIdsOfAgent(userId: string): Promise<string[]>;
}

/** Agents and departments as routing sees them: `users` and the two collections of departments. */
export interface RoutingStore extends DepartmentReads {
  /** The agent, if available. */
  findAvailable(userId: string, availability: Availability): Promise<SelectedAgent | null>;
  /** Whether there is any such agent, in the department or at all. */
  hasAvailable(departmentId: string | undefined, candidates: Candidates): Promise<boolean>;
  /**
   * Chooses the candidate, in the department or overall, who was given the fewest chats, and counts one more.
   * Ties are broken by the order that the department sets, then by username.
   */
  takeNext(departmentId: string | undefined, candidates: Candidates): Promise<SelectedAgent | null>;
}
