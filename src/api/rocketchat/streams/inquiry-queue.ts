import { LRUCache } from 'lru-cache';
import type { AccessControl } from '../../../domain/accounts/access.ts';
import { isLivechatUser } from '../../../domain/accounts/roles.ts';
import type { User } from '../../../domain/accounts/user.ts';
import { AppError } from '../../../domain/errors.ts';
import type { DomainEvent, EventSource } from '../../../domain/events.ts';
import type { Inquiry } from '../../../domain/rooms/inquiry.ts';
import { roomWithoutToken, seesEveryToken } from '../../../domain/rooms/visitor-tokens.ts';
import type { RoutingStore } from '../../../domain/routing/routing.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import { clientsOf, restartAll } from './clients-of.ts';
import type { OpenSubscription, Stream, StreamClient, StreamRequest } from './stream.ts';

export interface InquiryQueueDeps {
  readonly access: AccessControl;
  readonly events: EventSource;
  readonly routing: RoutingStore;
  readonly settings: Settings;
}

const streamName = 'stream-livechat-inquiry-queue-observer';
/** The inquiries that were announced lately, with their departments: removals do not tell them. */
const mostKnown = 10_000;
const ofDepartment = 'department/';

/** An inquiry, and what has happened to it, in the words of the queue's events or of an inquiry's own. */
type QueueEvent = Partial<Inquiry> & {
  readonly type?: 'added' | 'changed' | 'removed';
  readonly clientAction?: 'inserted' | 'updated' | 'removed';
};

/** Tells agents of the chats that wait: all without a department, those of a department, or one by its id. */
export class InquiryQueue {
  readonly #deps: InquiryQueueDeps;
  readonly #watchers = new Map<string, Set<StreamRequest>>();
  readonly #departments = new LRUCache<string, string>({ max: mostKnown });

  constructor(deps: InquiryQueueDeps) {
    this.#deps = deps;
    deps.events.listen({
      name: 'queue on sockets',
      subjects: ['inquiry'],
      receive: (event) => this.#receive(event),
    });
  }

  /** @throws {AppError} `not-allowed` */
  async watch(request: StreamRequest): Promise<OpenSubscription> {
    const { client, eventName } = request;
    const isStillAllowed = () => this.#isAllowed(client.user, eventName);
    if (!(await isStillAllowed())) throw new AppError('not-allowed');
    const watchers = this.#watchers.get(eventName) ?? new Set();
    this.#watchers.set(eventName, watchers.add(request));
    const stop = () => {
      watchers.delete(request);
      if (watchers.size === 0 && this.#watchers.get(eventName) === watchers) this.#watchers.delete(eventName);
    };
    return { stop, isStillAllowed };
  }

  /** Agents see the queues of their departments; managers see all. */
  async #isAllowed(user: User | undefined, eventName: string): Promise<boolean> {
    const { access, routing } = this.#deps;
    if (user === undefined || !access.hasPermission(user, 'view-l-room')) return false;
    if (!eventName.startsWith(ofDepartment) || isLivechatUser(user, 'manager')) return true;
    if (access.hasPermission(user, 'view-livechat-manager')) return true;
    const departments = await routing.listDepartmentIdsOfAgent(user._id);
    return departments.includes(eventName.slice(ofDepartment.length));
  }

  #receive(event: DomainEvent): void {
    if (event.kind === 'missed') {
      for (const watchers of this.#watchers.values()) restartAll(clientsOf(watchers));
    } else if (event.kind === 'removed') this.#removed(event.id, event.roomId);
    else if (event.subject === 'inquiry') this.#changed(event.document);
  }

  #changed(inquiry: Inquiry): void {
    const { _id, department = '' } = inquiry;
    const isKnown = this.#departments.has(_id);
    const former = this.#departments.get(_id);
    this.#departments.set(_id, department);
    this.#tell(_id, { ...inquiry, clientAction: isKnown ? 'updated' : 'inserted' }, department);
    this.#tell(queueOf(department), { type: isKnown ? 'changed' : 'added', ...inquiry });
    // Those who saw it in another queue are told that it has left that.
    if (former !== undefined && former !== department)
      this.#tell(queueOf(former), { type: 'changed', ...inquiry });
  }

  #removed(_id: string, rid: string | undefined): void {
    const department = this.#departments.get(_id) ?? '';
    this.#departments.delete(_id);
    this.#tell(_id, { _id, clientAction: 'removed' }, department);
    this.#tell(queueOf(department), { type: 'removed', _id, ...(rid === undefined ? {} : { rid }) });
  }

  /** @param department whose inquiry it is, if the event is not that of a queue. */
  #tell(eventName: string, inquiry: QueueEvent, department = ''): void {
    for (const client of clientsOf(this.#watchers.get(eventName))) {
      const { connection, user } = client;
      if (user === undefined || !this.#sees(client, user, department)) continue;
      const shown = seesEveryToken(this.#deps, user) ? inquiry : roomWithoutToken(inquiry);
      connection.publish(streamName, eventName, [shown]);
    }
  }

  /** Whether a client may see a department's inquiries: as a manager, or since it watches that queue. */
  #sees(client: StreamClient, user: User, department: string): boolean {
    if (department === '' || this.#deps.access.hasPermission(user, 'view-livechat-manager')) return true;
    return clientsOf(this.#watchers.get(queueOf(department))).has(client);
  }
}

const queueOf = (department: string): string =>
  department === '' ? 'public' : `${ofDepartment}${department}`;

/** `stream-livechat-inquiry-queue-observer`: the queue, for agents. */
export const inquiryQueue = (queue: InquiryQueue): Stream => ({
  name: streamName,
  open: (request) => queue.watch(request),
});
