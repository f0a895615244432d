import type { AccessControl } from '../../../domain/accounts/access.ts';
import type { User } from '../../../domain/accounts/user.ts';
import type { DomainEvent, EventSource } from '../../../domain/events.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import type { LoggedInUser } from '../methods/method.ts';

export interface UserSessionsDeps {
  readonly access: AccessControl;
  readonly events: EventSource;
  readonly settings: Settings;
}

/** A client that a user has logged in on. */
export interface UserClient {
  readonly session: LoggedInUser | undefined;
  updateUser(user: User): void;
  becomeUser(session: LoggedInUser | undefined): Promise<void>;
  checkSubscriptions(): Promise<void>;
}

/** How often permissions and settings in memory are compared with those that the subscriptions were checked by. */
const compareEveryMs = 1_000;
/** Everything is checked again after this many comparisons: tokens expire, and agents change departments. */
const comparisonsPerCheck = 30;

/** What decides about rooms, queues and tokens. */
const permissions = [
  'view-l-room',
  'view-livechat-manager',
  'view-livechat-room-closed-by-another-agent',
  'view-livechat-room-closed-same-department',
  'view-livechat-rooms',
];

/** The users who are logged in on this instance's sockets; what they may have is checked again when that changes. */
export class UserSessions {
  readonly #deps: UserSessionsDeps;
  readonly #onCheckFailed: (error: unknown) => void;
  readonly #rights = new Map<UserClient, string>();
  #comparisons = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onCheckFailed is told of failures; what they concern is checked again later. */
  constructor(deps: UserSessionsDeps, onCheckFailed: (error: unknown) => void) {
    this.#deps = deps;
    this.#onCheckFailed = onCheckFailed;
    deps.events.listen({
      name: 'users on sockets',
      subjects: ['user'],
      receive: (event) => this.#receive(event),
    });
  }

  add(client: UserClient): void {
    this.#rights.set(client, this.#rightsOf(client.session?.user));
    this.#timer ??= setInterval(() => this.#compare(), compareEveryMs).unref();
  }

  /** With the last one, the checks end. */
  remove(client: UserClient): void {
    if (!this.#rights.delete(client) || this.#rights.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #receive(event: DomainEvent): void {
    const id =
      event.kind === 'changed' ? event.document._id : event.kind === 'removed' ? event.id : undefined;
    for (const client of this.#rights.keys())
      if (id === undefined || client.session?.user._id === id) this.#check(client);
  }

  #compare(): void {
    this.#comparisons += 1;
    const isDue = this.#comparisons % comparisonsPerCheck === 0;
    for (const [client, before] of this.#rights)
      if (isDue || this.#rightsOf(client.session?.user) !== before) this.#check(client);
  }

  #rightsOf(user: User | undefined): string {
    const { access, settings } = this.#deps;
    const held = permissions.map(
      (permission) => user !== undefined && access.hasPermission(user, permission),
    );
    const rules = [settings.get('Livechat_Routing_Method'), settings.get('Foyer_Visitor_Token_For_Agents')];
    return JSON.stringify([...held, ...rules]);
  }

  #check(client: UserClient): void {
    this.#look(client).catch((error: unknown) => this.#onCheckFailed(error));
  }

  async #look(client: UserClient): Promise<void> {
    const { session } = client;
    if (session === undefined) return;
    const user = await this.#deps.access.findUserByToken(session.user._id, session.authToken);
    // They may have gone, or logged in as somebody else, in the meantime.
    if (client.session?.authToken !== session.authToken) return;
    if (user === null) return client.becomeUser(undefined);
    client.updateUser(user);
    if (this.#rights.has(client)) this.#rights.set(client, this.#rightsOf(user));
    return client.checkSubscriptions();
  }
}
