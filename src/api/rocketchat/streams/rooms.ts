import type { DomainEvent, EventSource } from '../../../domain/events.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Message } from '../../../domain/messages/message.ts';
import type { Room } from '../../../domain/rooms/room.ts';
import {
  type Asking,
  messageShownTo,
  type RoomViewer,
  type ViewRoomDeps,
  viewRoom,
} from '../../../domain/rooms/room-viewer.ts';
import { type Typing, userTyping } from '../../../domain/rooms/typing.ts';
import { type RoomTopic, RoomWatcher } from './room-watcher.ts';
import type { StreamClient, StreamRequest } from './stream.ts';

export type RoomsDeps = ViewRoomDeps & { readonly events: EventSource };

/** Who on this instance's sockets watches which room, and what they are told of it. */
export class Rooms {
  readonly #deps: RoomsDeps;
  readonly #watchers = new Map<string, Set<RoomWatcher>>();
  #stopListening: (() => void) | undefined;

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
  }

  /**
   * Has a client told of one thing about a room.
   * @returns what ends that.
   * @throws {AppError} `not-allowed`
   */
  async watch(request: StreamRequest, rid: string, topic: RoomTopic): Promise<() => void> {
    const { client, id, visitorToken } = request;
    this.#stopListening ??= this.#listen();
    const watcher = await this.#watcherOf(client, rid, client.askingWith(visitorToken));
    watcher.subscriptions.set(id, topic);
    this.#add(watcher);
    return () => {
      watcher.subscriptions.delete(id);
      if (watcher.subscriptions.size === 0) this.#remove(watcher);
    };
  }

  /**
   * Who somebody is in a room; whoever watches it is known.
   * @throws {AppError} `not-allowed`
   */
  async viewerOf(client: StreamClient, rid: string, asking: Asking): Promise<RoomViewer> {
    return (await this.#watcherOf(client, rid, asking)).viewer;
  }

  /** Has all clients connect and look at their rooms again. */
  restartAll(reason: string): void {
    for (const watchers of this.#watchers.values())
      for (const { client } of watchers) client.connection.restart(reason);
  }

  async #watcherOf(client: StreamClient, rid: string, asking: Asking): Promise<RoomWatcher> {
    const known = [...this.#in(rid)].find((each) => each.client === client && isSame(each.asking, asking));
    if (known) return known;
    const view = await viewRoom(this.#deps, asking, rid);
    // Another request of the client's may have got here first, which does not matter.
    return new RoomWatcher(client, rid, asking, view);
  }

  #in(rid: string | undefined): ReadonlySet<RoomWatcher> {
    return (rid === undefined ? undefined : this.#watchers.get(rid)) ?? nobody;
  }

  #add(watcher: RoomWatcher): void {
    const watchers = this.#watchers.get(watcher.rid) ?? new Set();
    this.#watchers.set(watcher.rid, watchers.add(watcher));
  }

  #remove(watcher: RoomWatcher): void {
    const watchers = this.#watchers.get(watcher.rid);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(watcher.rid);
  }

  /** From the first subscription on; until then, nobody's changes are read again for sockets. */
  #listen(): () => void {
    return this.#deps.events.listen({
      name: 'sockets',
      subjects: ['message', 'page-view', 'room', 'typing'],
      receive: (event) => this.#receive(event),
    });
  }

  #receive(event: DomainEvent): void {
    if (event.kind === 'missed') this.restartAll('changes were missed');
    else if (event.kind === 'removed') {
      if (event.subject === 'message') this.#messageRemoved(event.roomId, event.id);
      else if (event.subject === 'room') this.#roomRemoved(event.id);
    } else if (event.subject === 'message' || event.subject === 'page-view') this.#said(event.document);
    else if (event.subject === 'room') this.#roomChanged(event.document);
    else if (event.subject === 'typing') this.#typing(event.document);
  }

  #said(message: Message): void {
    const { rid, t, _hidden } = message;
    if (rid === undefined || _hidden || (t && this.#deps.settings.get('Hide_System_Messages').includes(t)))
      return;
    for (const watcher of this.#in(rid))
      if (watcher.wants('message'))
        watcher.send('stream-room-messages', rid, (viewer) => [messageShownTo(viewer, message)]);
  }

  #messageRemoved(rid: string | undefined, _id: string): void {
    for (const watcher of this.#in(rid))
      if (watcher.wants('deleteMessage'))
        watcher.send('stream-notify-room', `${rid}/deleteMessage`, () => [{ _id }]);
  }

  #typing({ rid, personId, name, activities }: Typing): void {
    for (const watcher of this.#in(rid)) {
      if (watcher.viewer._id === personId) continue;
      const args = [name, activities.includes(userTyping)];
      if (watcher.wants('typing')) watcher.send('stream-notify-room', `${rid}/typing`, () => args);
      if (watcher.wants('user-activity'))
        watcher.send('stream-notify-room', `${rid}/user-activity`, () => [name, activities, {}]);
    }
  }

  #roomChanged(room: Room): void {
    for (const watcher of this.#in(room._id)) if (watcher.mustBeChecked(room)) this.#check(watcher);
  }

  #roomRemoved(rid: string): void {
    for (const watcher of [...this.#in(rid)]) watcher.revoke();
  }

  /** Ends what the client may not be told any more. If that cannot be found out, the client has to come again. */
  #check(watcher: RoomWatcher): void {
    const { asking, client, rid } = watcher;
    watcher
      .check(() => viewRoom(this.#deps, asking, rid))
      .catch((error: unknown) => {
        if (error instanceof AppError) watcher.revoke();
        else client.connection.restart('the room cannot be looked at');
      });
  }
}

const nobody: ReadonlySet<RoomWatcher> = new Set();

const isSame = (one: Asking, other: Asking): boolean =>
  one.kind === 'visitor'
    ? other.kind === 'visitor' && one.token === other.token
    : other.kind === 'user' && one.user._id === other.user._id;
