import type { User, UserStore } from '../../../domain/accounts/user.ts';
import type { Room } from '../../../domain/rooms/room.ts';
import { agentInfoOf } from '../../../domain/routing/agent-info.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import { tellWatchers } from './tell-watchers.ts';
import type { WatcherIndex } from './watcher-index.ts';

export interface AgentsDeps {
  readonly settings: Settings;
  readonly users: Pick<UserStore, 'findById'>;
}

/** Tells those who watch rooms, by `stream-livechat-room`, who serves them, and how present that agent is. */
export class RoomAgents {
  readonly #deps: AgentsDeps;
  readonly #watchers: WatcherIndex;
  readonly #agentOf = new Map<string, string | undefined>();
  readonly #roomsOf = new Map<string, Set<string>>();
  /** How present the agents of these rooms are, once that has been announced: users change for other reasons, too. */
  readonly #statusOf = new Map<string, string>();

  constructor(deps: AgentsDeps, watchers: WatcherIndex) {
    this.#deps = deps;
    this.#watchers = watchers;
  }

  /** Somebody begins to watch a room. @param agentId who serves it. */
  watch(rid: string, agentId: string | undefined): void {
    if (!this.#agentOf.has(rid)) this.#set(rid, agentId);
  }

  /** Nobody watches the room any more. */
  forget(rid: string): void {
    this.#unset(rid);
    this.#agentOf.delete(rid);
  }

  /** Whether an agent serves the watched room, as far as watchers have been told. */
  isServed(rid: string): boolean {
    return this.#agentOf.get(rid) !== undefined;
  }

  roomChanged({ _id: rid, servedBy }: Room): void {
    if (!this.#agentOf.has(rid) || this.#agentOf.get(rid) === servedBy?._id) return;
    this.#set(rid, servedBy?._id);
    if (servedBy) void this.#tellOfAgent(rid, servedBy._id);
    else this.#tell(rid, { type: 'agentData' });
  }

  /** Tells a new status, unless the site keeps from visitors who the agents are. */
  userChanged({ _id, status }: User): void {
    const rooms = this.#roomsOf.get(_id);
    if (!rooms || status === undefined || this.#statusOf.get(_id) === status) return;
    this.#statusOf.set(_id, status);
    if (!this.#deps.settings.get('Livechat_show_agent_info')) return;
    for (const rid of rooms) this.#tell(rid, { type: 'agentStatus', status });
  }

  async #tellOfAgent(rid: string, agentId: string): Promise<void> {
    const agent = await this.#deps.users.findById(agentId).catch(() => null);
    // If another agent has the room by now, their turn comes.
    if (agent === null || this.#agentOf.get(rid) !== agentId) return;
    this.#tell(rid, { type: 'agentData', data: agentInfoOf(this.#deps.settings, agent) });
  }

  #tell(rid: string, event: object): void {
    tellWatchers(this.#watchers, rid, () => event);
  }

  #set(rid: string, agentId: string | undefined): void {
    this.#unset(rid);
    this.#agentOf.set(rid, agentId);
    if (agentId !== undefined) this.#roomsOf.set(agentId, (this.#roomsOf.get(agentId) ?? new Set()).add(rid));
  }

  #unset(rid: string): void {
    const agentId = this.#agentOf.get(rid) ?? '';
    const rooms = this.#roomsOf.get(agentId);
    rooms?.delete(rid);
    if (rooms?.size !== 0) return;
    this.#roomsOf.delete(agentId);
    this.#statusOf.delete(agentId);
  }
}
