import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { DomainEvent, EventSource } from '../../../domain/events.ts';
import { placeForWidget } from '../../../domain/messages/widget-message.ts';
import { type Queue, type QueueDeps, queueReader } from '../../../domain/rooms/queue.ts';
import type { RoomAgents } from './room-agents.ts';
import { tellWatchers } from './tell-watchers.ts';
import type { WatcherIndex } from './watcher-index.ts';

export type QueuePlacesDeps = QueueDeps & { readonly events: EventSource };

/** How often visitors are told of their places, in milliseconds. */
export interface QueueTiming {
  /** How long changes are collected, as in Rocket.Chat. */
  readonly restMs: number;
  /** How much longer for each room that waits here: however long the queue, so many are told per second at most. */
  readonly restMsPerRoom: number;
}

const defaultTiming: QueueTiming = { restMs: 1_200, restMsPerRoom: 2 };
/** After so many rooms, others have their turn. */
const roomsPerTurn = 100;

/**
 * Tells those who watch rooms that wait for an agent, by `stream-livechat-room`, of their places in the queue: when
 * they begin to watch, and when the place has changed. The queue is read once for all of them.
 */
export class QueuePlaces {
  readonly #readQueue: () => Promise<Queue | null>;
  readonly #watchers: WatcherIndex;
  readonly #agents: Pick<RoomAgents, 'isServed'>;
  readonly #onFailed: (error: unknown) => void;
  readonly #timing: QueueTiming;
  /** The watched rooms that may be waiting, and the spot that they were told last. */
  readonly #waiting = new Map<string, number | undefined>();
  #isDue = false;
  #isStopped = false;
  #work: Promise<void> | undefined;
  #telling: Promise<void> | undefined;

  /** @param onFailed is told of failures; what they concern is tried again. */
  constructor(
    deps: QueuePlacesDeps,
    watchers: WatcherIndex,
    agents: Pick<RoomAgents, 'isServed'>,
    onFailed: (error: unknown) => void,
    timing: QueueTiming = defaultTiming,
  ) {
    this.#readQueue = queueReader(deps);
    this.#watchers = watchers;
    this.#agents = agents;
    this.#onFailed = onFailed;
    this.#timing = timing;
    deps.events.listen({
      name: 'places in the queue',
      subjects: ['inquiry'],
      receive: (event) => this.#receive(event),
    });
  }

  /** Somebody begins to watch a room. */
  watch(rid: string): void {
    if (!this.#agents.isServed(rid)) this.#add(rid);
  }

  /** Nobody watches the room any more, or it is closed. */
  forget(rid: string): void {
    this.#waiting.delete(rid);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#telling;
  }

  #add(rid: string): void {
    this.#waiting.set(rid, undefined);
    this.#tellSoon();
  }

  #receive(event: DomainEvent): void {
    if (event.kind === 'changed' && event.subject === 'inquiry') {
      const { rid, status } = event.document;
      // That a room has lost its agent may be announced later.
      if (status === 'queued' && !this.#waiting.has(rid) && this.#watchers.in(rid).size > 0) this.#add(rid);
    }
    if (this.#waiting.size > 0) this.#tellSoon();
  }

  #tellSoon(): void {
    this.#isDue = true;
    this.#work ??= this.#tellWhileDue();
  }

  async #tellWhileDue(): Promise<void> {
    while (this.#isDue) {
      const { restMs, restMsPerRoom } = this.#timing;
      await delay(Math.max(restMs, restMsPerRoom * this.#waiting.size), undefined, { ref: false });
      if (this.#isStopped) return;
      this.#isDue = false;
      this.#telling = this.#tellAll().catch((error: unknown) => {
        this.#onFailed(error);
        this.#isDue = true;
      });
      await this.#telling;
    }
    this.#work = undefined;
  }

  async #tellAll(): Promise<void> {
    const queue = await this.#readQueue();
    let told = 0;
    for (const [rid, before] of this.#waiting) {
      const spot = queue?.spotOf(rid);
      if (spot === undefined) {
        // If something has happened since the queue was read, the room may be in it by now.
        if (!this.#isDue) this.#waiting.delete(rid);
      } else if (spot !== before) {
        await this.#tell(rid, queue);
        told += 1;
        if (told % roomsPerTurn === 0) await nextTurn();
      }
    }
  }

  async #tell(rid: string, queue: Queue | null): Promise<void> {
    const place = await queue?.placeOf(rid);
    // An agent may have come in the meantime.
    if (place === undefined || !this.#waiting.has(rid) || this.#agents.isServed(rid)) return;
    this.#waiting.set(rid, place.spot);
    tellWatchers(this.#watchers, rid, (isWidget) => ({
      type: 'queueData',
      data: isWidget ? placeForWidget(place) : place,
    }));
  }
}
