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

/** A document of `rocketchat_livechat_department_agents`: who answers for a department. */
export interface DepartmentAgent {
  readonly _id: string;
  readonly departmentId: string;
  readonly departmentEnabled: boolean;
  readonly agentId: string;
  readonly username: string;
  /** How many chats the agent was given, and his place among equals: what routing goes by. */
  readonly count: number;
  readonly order: number;
  readonly _updatedAt?: Date;
}

/** Which departments. */
export interface DepartmentFilter {
  /** Part of the name, in any case. */
  readonly text?: string | undefined;
  readonly enabledOnly: boolean;
  readonly withArchived: boolean;
  /** Only those with this agent. */
  readonly agentId?: string | undefined;
  readonly excludeId?: string | undefined;
}

/** Departments and who belongs to them. A site has some dozens of them. */
export interface DepartmentStore {
  list(filter: DepartmentFilter, page: PageRequest): Promise<PageOf<Department>>;
  /** Stores a department's agents, then the department itself. */
  create(department: Department, agents: readonly DepartmentAgent[]): Promise<void>;
  /** Takes an agent out of every department. */
  removeAgent(agentId: string, at: Date): Promise<void>;
}
