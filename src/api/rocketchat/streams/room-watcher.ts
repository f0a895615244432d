import type { Room } from '../../../domain/rooms/room.ts';
import type { Asking, RoomView, RoomViewer } from '../../../domain/rooms/room-viewer.ts';
import type { StreamClient } from './stream.ts';

/** What a client wants to be told about a room. */
export type RoomTopic =
  | 'message'
  | 'typing'
  | 'user-activity'
  | 'deleteMessage'
  | 'livechat-room'
  | 'nothing';

/** So much may wait while it is checked whether a client may still see the room. */
const mostHeld = 200;

/** A client that watches a room, by one or several subscriptions: each event is sent once to each. */
export class RoomWatcher {
  readonly client: StreamClient;
  readonly rid: string;
  readonly asking: Asking;
  readonly subscriptions = new Map<string, RoomTopic>();
  /** Who served the room when the client began to watch it. */
  readonly agentId: string | undefined;
  /** Whether the visitor counted as offline then. */
  readonly isOffline: boolean;
  #viewer: RoomViewer;
  #facts: string;
  #held: (() => void)[] | undefined;

  constructor(client: StreamClient, rid: string, asking: Asking, { room, viewer }: RoomView) {
    this.client = client;
    this.rid = rid;
    this.asking = asking;
    this.agentId = room.servedBy?._id;
    this.isOffline = room.open === true && room.v?.status === 'offline';
    this.#viewer = viewer;
    this.#facts = factsFor(asking, room);
  }

  get viewer(): RoomViewer {
    return this.#viewer;
  }

  wants(topic: RoomTopic): boolean {
    for (const each of this.subscriptions.values()) if (each === topic) return true;
    return false;
  }

  /** Whether the room has changed so much that the client may not be allowed to see it any more. */
  mustBeChecked(room: Room): boolean {
    const facts = factsFor(this.asking, room);
    const before = this.#facts;
    this.#facts = facts;
    return facts !== before;
  }

  /** Sends something; once it has been checked again that the client may see it, if that is in progress. */
  send(collection: string, eventName: string, argsFor: (viewer: RoomViewer) => readonly unknown[]): void {
    const sendNow = () => this.client.connection.publish(collection, eventName, argsFor(this.#viewer));
    if (this.#held === undefined) sendNow();
    else if (this.#held.length < mostHeld) this.#held.push(sendNow);
    else this.client.connection.restart('too much to send');
  }

  /**
   * Checks whether the client may still see the room; what is sent meanwhile waits.
   * @param view rejects if they may not.
   */
  async check(view: () => Promise<RoomView>): Promise<void> {
    const held: (() => void)[] = [];
    this.#held = held;
    try {
      this.#viewer = (await view()).viewer;
    } catch (error) {
      this.#held = [];
      throw error;
    }
    if (this.#held !== held) return;
    this.#held = undefined;
    for (const sendNow of held) sendNow();
  }

  /** Ends all subscriptions, and tells the client. */
  revoke(): void {
    for (const id of [...this.subscriptions.keys()]) this.client.revoke(id);
  }
}

/** What decides who may see a room, as far as it is in the room's document. */
const factsFor = ({ kind }: Asking, { v, servedBy, open, departmentId }: Room): string =>
  kind === 'visitor' ? String(v?._id) : JSON.stringify([v?._id, servedBy?._id, open, departmentId]);
