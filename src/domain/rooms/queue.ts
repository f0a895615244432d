import type { RoutingStore } from '../routing/routing.ts';
import type { Settings } from '../settings/settings.ts';
import { sharedRead } from '../shared-read.ts';
import type { InquiryStore, QueueOrder, WaitingChat } from './inquiry.ts';
import type { RoomStore } from './room.ts';

/** A visitor's place in the queue, as Rocket.Chat tells them of it. */
export interface QueuePlace {
  /** 1 for whoever is next, among the chats of the department or, without one, among all. */
  readonly spot: number;
  /** Absent if no chat has ended yet. */
  readonly estimatedWaitTimeSeconds?: number;
  /** What the visitor is told while they wait; nothing, if the text is empty. */
  readonly message: { readonly text: string; readonly user: typeof messenger };
}

export interface QueueDeps {
  readonly inquiries: Pick<InquiryStore, 'listWaiting'>;
  readonly rooms: Pick<RoomStore, 'listRecentDurations'>;
  readonly routing: Pick<RoutingStore, 'findDepartment'>;
  readonly settings: Settings;
}

const messenger = { _id: 'rocket.cat', username: 'rocket.cat' } as const;

/** Whoever is further behind is not told of their place. */
const mostPlaces = 10_000;
const mostRecentChats = 1_000;

/**
 * Makes the function that reads the queue; those who ask at the same time share what is read. It gives null unless
 * both of Rocket.Chat's settings for it are on, `Livechat_waiting_queue` and
 * `Omnichannel_calculate_dispatch_service_queue_statistics`.
 */
export function queueReader(deps: QueueDeps): () => Promise<Queue | null> {
  const { inquiries, settings } = deps;
  const read = sharedRead(
    async () => new Queue(deps, await inquiries.listWaiting(orderOf(settings), mostPlaces)),
  );
  return async () => (isToldOf(settings) ? read() : null);
}

const isToldOf = (settings: Settings): boolean =>
  settings.get('Livechat_waiting_queue') &&
  settings.get('Omnichannel_calculate_dispatch_service_queue_statistics');

function orderOf(settings: Settings): QueueOrder {
  switch (settings.get('Omnichannel_sorting_mechanism')) {
    case 'Priority':
      return 'priorityWeight';
    case 'SLAs':
      return 'estimatedWaitingTimeQueue';
    default:
      return 'ts';
  }
}

/** What visitors of a department, or of none, are told alike. */
interface DepartmentFacts {
  readonly text: string;
  readonly averageSeconds: number | undefined;
}

/** The chats that wait for an agent, as they were when they were read. */
export class Queue {
  readonly #deps: QueueDeps;
  readonly #spots = new Map<string, { readonly spot: number; readonly department: string | undefined }>();
  readonly #facts = new Map<string | undefined, Promise<DepartmentFacts>>();

  /** @param waiting in the order in which they are to be taken. */
  constructor(deps: QueueDeps, waiting: readonly WaitingChat[]) {
    this.#deps = deps;
    const ahead = new Map<string, number>();
    for (const [index, { rid, department }] of waiting.entries()) {
      const spot = department ? (ahead.get(department) ?? 0) + 1 : index + 1;
      if (department) ahead.set(department, spot);
      this.#spots.set(rid, { spot, department: department || undefined });
    }
  }

  /** The place's number; undefined if the room does not wait. */
  spotOf(rid: string): number | undefined {
    return this.#spots.get(rid)?.spot;
  }

  /** The room's place, if it waits. The time is estimated by Rocket.Chat's formula. */
  async placeOf(rid: string): Promise<QueuePlace | undefined> {
    const found = this.#spots.get(rid);
    if (found === undefined) return undefined;
    const { spot, department } = found;
    const { text, averageSeconds } = await this.#factsOf(department);
    const message = { text, user: messenger };
    if (averageSeconds === undefined) return { spot, message };
    const estimatedWaitTimeSeconds = ((spot - 1) / this.#recentChats + 1) * averageSeconds;
    return { spot, message, estimatedWaitTimeSeconds };
  }

  get #recentChats(): number {
    const count = this.#deps.settings.get('Livechat_number_most_recent_chats_estimate_wait_time');
    return Math.min(Math.max(Math.trunc(count), 1), mostRecentChats);
  }

  #factsOf(department: string | undefined): Promise<DepartmentFacts> {
    const facts = this.#facts.get(department) ?? this.#readFacts(department);
    this.#facts.set(department, facts);
    return facts;
  }

  async #readFacts(departmentId: string | undefined): Promise<DepartmentFacts> {
    const { rooms, routing, settings } = this.#deps;
    const [department, seconds] = await Promise.all([
      departmentId === undefined ? null : routing.findDepartment(departmentId),
      rooms.listRecentDurations(departmentId, this.#recentChats),
    ]);
    const sum = seconds.reduce((total, each) => total + each, 0);
    // What Rocket.Chat stored may be anything.
    const own: unknown = department?.waitingQueueMessage;
    return {
      text: typeof own === 'string' && own !== '' ? own : settings.get('Livechat_waiting_queue_message'),
      averageSeconds: sum > 0 ? sum / seconds.length : undefined,
    };
  }
}
