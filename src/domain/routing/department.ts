import type { PageOf, PageRequest } from '../paging.ts';

/** A document of Rocket.Chat's `rocketchat_livechat_department`. */
export interface Department {
  readonly _id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly description?: string | undefined;
  readonly showOnRegistration?: boolean | undefined;
  readonly showOnOfflineForm?: boolean | undefined;
  readonly email?: string | undefined;
  readonly numAgents?: number | undefined;
  readonly requestTagBeforeClosingChat?: boolean | undefined;
  readonly chatClosingTags?: readonly string[] | undefined;
  readonly offlineMessageChannelName?: string | undefined;
  readonly fallbackForwardDepartment?: string | undefined;
  readonly departmentsAllowedToForward?: readonly string[] | undefined;
  readonly allowReceiveForwardOffline?: boolean | undefined;
  readonly archived?: boolean | undefined;
  readonly _updatedAt?: Date | undefined;
}

/** What a manager says of a department. */
export interface NewDepartment extends Omit<Department, '_id' | 'numAgents' | 'archived' | '_updatedAt'> {}

/** An agent whom a manager names; a number that is not given is 0 for one who is new to the department. */
export interface GivenAgent {
  readonly agentId: string;
  readonly count?: number | undefined;
  readonly order?: number | undefined;
}

/** A document of `rocketchat_livechat_department_agents`: who answers for a department. */
export interface DepartmentAgent {
  readonly _id: string;
  readonly departmentId: string;
  readonly departmentEnabled: boolean;
  readonly agentId: string;
  readonly username: string;
  /** How many chats the agent was given, and their position among agents with equally many; routing goes by both. */
  readonly count: number;
  readonly order: number;
  readonly _updatedAt?: Date;
}

/** Which departments. */
export interface DepartmentFilter {
  /** A part of the name, ignoring case. */
  readonly text?: string | undefined;
  readonly enabledOnly: boolean;
  readonly archived: 'excluded' | 'included' | 'only';
  /** Only this agent's departments. */
  readonly agentId?: string | undefined;
  /** Departments to leave out. */
  readonly exceptIds?: readonly string[] | undefined;
}

/** Departments and their agents. A site has a few dozen at most. */
export interface DepartmentStore {
  findById(id: string): Promise<Department | null>;
  /** Those of the departments that exist, in any order. */
  listByIds(ids: readonly string[]): Promise<Department[]>;
  /** The agent's places in departments. */
  listOfAgent(agentId: string): Promise<DepartmentAgent[]>;
  /** The department's agents. */
  listAgents(id: string): Promise<DepartmentAgent[]>;
  listAgentsPage(id: string, page: PageRequest): Promise<PageOf<DepartmentAgent>>;
  list(filter: DepartmentFilter, page: PageRequest): Promise<PageOf<Department>>;
  /** Stores a department's agents, then the department itself. */
  create(department: Department, agents: readonly DepartmentAgent[]): Promise<void>;
  /**
   * Sets what is given, and tells the department's agents whether it is enabled. Null if there is no such department,
   * or if it is archived and would be enabled.
   */
  change(id: string, given: NewDepartment, at: Date): Promise<Department | null>;
  /** Archives a department, which disables it, or takes it out of the archive, still disabled; false if there is none. */
  setArchived(id: string, archived: boolean, at: Date): Promise<boolean>;
  /** Adds agents, each once; of those who are there already, the numbers that are given are set. */
  addAgents(
    id: string,
    departmentEnabled: boolean,
    agents: readonly (GivenAgent & { readonly username: string })[],
    at: Date,
  ): Promise<void>;
  /** Takes agents out of one department. */
  removeAgents(id: string, agentIds: readonly string[], at: Date): Promise<void>;
  /** Deletes a department with its agents' memberships; none falls back to it any more. Repeatable. */
  delete(id: string): Promise<void>;
  /** Removes an agent from every department. */
  removeAgent(agentId: string, at: Date): Promise<void>;
}
