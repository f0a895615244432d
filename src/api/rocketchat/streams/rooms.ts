import { AppError } from '../../../domain/errors.ts';
import type { DomainEvent, EventSource, Subject } from '../../../domain/events.ts';
import type { Message } from '../../../domain/messages/message.ts';
import { forWidgetPush } from '../../../domain/messages/widget-message.ts';
import type { Room } from '../../../domain/rooms/room.ts';
import {
  type Asking,
  messageShownTo,
  type RoomViewer,
  type ViewRoomDeps,
  viewRoom,
} from '../../../domain/rooms/room-viewer.ts';
import { type Typing, userTyping } from '../../../domain/rooms/typing.ts';
import { clientsOf, restartAll } from './clients-of.ts';
import { QueuePlaces, type QueuePlacesDeps } from './queue-places.ts';
import { type AgentsDeps, RoomAgents } from './room-agents.ts';
import { type RoomTopic, RoomWatcher } from './room-watcher.ts';
import { isShown } from './shown-message.ts';
import type { OpenSubscription, StreamClient, StreamRequest } from './stream.ts';
import type { VisitorsOnSockets } from './visitors-on-sockets.ts';
import { WatcherIndex } from './watcher-index.ts';

/** How often it is looked at whether somebody who watches has been banned. */
const bansEveryMs = 3_000;

export type RoomsDeps = ViewRoomDeps & AgentsDeps & QueuePlacesDeps & { readonly events: EventSource };

/** Who on this instance's sockets watches which room, and what they are told of it. */
export class Rooms {
  readonly #deps: RoomsDeps;
  readonly #watchers = new WatcherIndex();
  readonly #agents: RoomAgents;
  readonly #queuePlaces: QueuePlaces;
  readonly #visitorsOnSockets: VisitorsOnSockets;
  readonly #timer: NodeJS.Timeout;
  #hearsOfPages = false;

  /** @param onFailed is told of failures of what no client waits for. */
  constructor(deps: RoomsDeps, visitorsOnSockets: VisitorsOnSockets, onFailed: (error: unknown) => void) {
    this.#deps = deps;
    this.#visitorsOnSockets = visitorsOnSockets;
    this.#timer = setInterval(() => this.#revokeBanned(), bansEveryMs).unref();
    this.#agents = new RoomAgents(deps, this.#watchers);
    this.#queuePlaces = new QueuePlaces(deps, this.#watchers, this.#agents, onFailed);
    this.#listen(['message', 'room', 'typing', 'user', 'visitor']);
  }

  /**
   * Has a client told of one thing about a room.
   * @throws {AppError} `not-allowed`
   */
  async watch(request: StreamRequest, rid: string, topic: RoomTopic): Promise<OpenSubscription> {
    const { client, id, visitorToken } = request;
    this.#listenToPages();
    const watcher = await this.#watcherOf(client, rid, client.askingWith(visitorToken));
    watcher.subscriptions.set(id, topic);
    this.#watchers.add(watcher);
    const { asking, isOffline, viewer } = watcher;
    if (asking.kind === 'visitor') this.#visitorsOnSockets.came(viewer._id, asking.token, isOffline);
    if (topic === 'livechat-room') this.#agentAndPlace(rid, watcher.agentId);
    const stop = () => {
      watcher.subscriptions.delete(id);
      if (watcher.subscriptions.size > 0) return;
      this.#watchers.remove(watcher);
      if (this.#watchers.in(rid).size === 0) this.#forget(rid);
      const { _id } = watcher.viewer;
      if (this.#watchers.ofVisitor(_id).size === 0) this.#visitorsOnSockets.left(_id);
    };
    if (asking.kind === 'visitor') return { stop };
    return { stop, isStillAllowed: () => this.#isStillAllowed(watcher) };
  }

  /**
   * Who somebody is in a room; whoever watches it is known.
   * @throws {AppError} `not-allowed`
   */
  async viewerOf(client: StreamClient, rid: string, asking: Asking): Promise<RoomViewer> {
    return (await this.#watcherOf(client, rid, asking)).viewer;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#visitorsOnSockets.stop(), this.#queuePlaces.stop()]);
  }

  #agentAndPlace(rid: string, agentId: string | undefined): void {
    this.#agents.watch(rid, agentId);
    this.#queuePlaces.watch(rid);
  }

  #forget(rid: string): void {
    this.#agents.forget(rid);
    this.#queuePlaces.forget(rid);
  }

  #revokeBanned(): void {
    for (const watcher of this.#watchers.all()) {
      const { asking, client } = watcher;
      if (asking.kind === 'visitor' && client.isBanned(asking.token)) watcher.revoke();
    }
  }

  async #watcherOf(client: StreamClient, rid: string, asking: Asking): Promise<RoomWatcher> {
    const find = () =>
      [...this.#watchers.in(rid)].find((each) => each.client === client && isSame(each.asking, asking));
    const known = find();
    if (known) return known;
    const view = await viewRoom(this.#deps, asking, rid);
    return find() ?? new RoomWatcher(client, rid, asking, view);
  }

  #listen(subjects: readonly Subject[]): void {
    this.#deps.events.listen({
      name: 'rooms on sockets',
      subjects,
      receive: (event) => this.#receive(event),
    });
  }

  /** Page views, of which there are many, are hidden unless they are to be messages. */
  #listenToPages(): void {
    if (this.#hearsOfPages || !this.#deps.settings.get('Livechat_Visitor_navigation_as_a_message')) return;
    this.#hearsOfPages = true;
    this.#listen(['page-view']);
  }

  #receive(event: DomainEvent): void {
    if (event.kind === 'missed') restartAll(clientsOf(this.#watchers.all()));
    else if (event.kind === 'removed') {
      if (event.subject === 'message') this.#messageRemoved(event.roomId, event.id);
      else if (event.subject === 'room') this.#roomRemoved(event.id);
    } else if (event.subject === 'message' || event.subject === 'page-view') this.#said(event.document);
    else if (event.subject === 'room') this.#roomChanged(event.document);
    else if (event.subject === 'typing') this.#typing(event.document);
    else if (event.subject === 'user') this.#agents.userChanged(event.document);
    else if (event.subject === 'visitor') this.#visitorChanged(event.document._id);
  }

  #said(message: Message): void {
    if (!isShown(message, this.#deps.settings)) return;
    const { rid } = message;
    for (const watcher of this.#watchers.in(rid))
      if (watcher.wants('message'))
        watcher.send('stream-room-messages', rid, (viewer) => {
          const shown = messageShownTo(viewer, message);
          return [watcher.client.connection.isWidget ? forWidgetPush(shown) : shown];
        });
  }

  #messageRemoved(rid: string | undefined, _id: string): void {
    for (const watcher of this.#watchers.in(rid))
      if (watcher.wants('deleteMessage'))
        watcher.send('stream-notify-room', `${rid}/deleteMessage`, () => [{ _id }]);
  }

  #typing({ rid, personId, name, activities }: Typing): void {
    for (const watcher of this.#watchers.in(rid)) {
      if (watcher.viewer._id === personId) continue;
      const args = [name, activities.includes(userTyping)];
      if (watcher.wants('typing')) watcher.send('stream-notify-room', `${rid}/typing`, () => args);
      if (watcher.wants('user-activity'))
        watcher.send('stream-notify-room', `${rid}/user-activity`, () => [name, activities, {}]);
    }
  }

  #roomChanged(room: Room): void {
    for (const watcher of this.#watchers.in(room._id))
      if (watcher.mustBeChecked(room)) void this.#check(watcher);
    this.#agents.roomChanged(room);
    if (!room.open) this.#queuePlaces.forget(room._id);
  }

  #roomRemoved(rid: string): void {
    for (const watcher of [...this.#watchers.in(rid)]) watcher.revoke();
  }

  /** Their token may be another one now. */
  #visitorChanged(visitorId: string): void {
    for (const watcher of this.#watchers.ofVisitor(visitorId)) void this.#check(watcher);
  }

  /** Ends what the client may not be told any more. */
  async #check(watcher: RoomWatcher): Promise<void> {
    if (!(await this.#isStillAllowed(watcher))) watcher.revoke();
  }

  /** If that cannot be found out, the client has to come again. */
  async #isStillAllowed(watcher: RoomWatcher): Promise<boolean> {
    const { client, rid } = watcher;
    const asking = currently(watcher);
    try {
      if (asking) await watcher.check(() => viewRoom(this.#deps, asking, rid));
      this.#watchers.update(watcher);
      return asking !== undefined;
    } catch (error) {
      if (error instanceof AppError) return false;
      client.connection.restart('the room cannot be looked at');
      return true;
    }
  }
}

/** In whose name the client watches: the user as they are now, if they are still logged in. */
function currently({ asking, client }: RoomWatcher): Asking | undefined {
  if (asking.kind === 'visitor') return asking;
  return client.user?._id === asking.user._id ? { kind: 'user', user: client.user } : undefined;
}

const isSame = (one: Asking, other: Asking): boolean =>
  one.kind === 'visitor'
    ? other.kind === 'visitor' && one.token === other.token
    : other.kind === 'user' && one.user._id === other.user._id;
