import { LRUCache } from 'lru-cache';
import type { Collection } from 'mongodb';

const capacity = 10_000;

/** Distinguishes livechat rooms from a workspace's others; a room never changes its kind. */
export class LivechatRooms {
  readonly #rooms: Collection<{ _id: string; t?: string }>;
  readonly #known = new LRUCache<string, boolean>({ max: capacity });

  constructor(rooms: Collection<{ _id: string; t?: string }>) {
    this.#rooms = rooms;
  }

  /** Which of the rooms are livechat rooms. */
  async among(roomIds: readonly string[]): Promise<ReadonlySet<string>> {
    const unknown = [...new Set(roomIds)].filter((id) => !this.#known.has(id));
    if (unknown.length > 0) {
      const byId = { _id: { $in: unknown } };
      const found = await this.#rooms.find(byId, { projection: { t: 1 } }).toArray();
      for (const { _id, t } of found) this.#known.set(_id, t === 'l');
    }
    return new Set(roomIds.filter((id) => this.#known.get(id)));
  }
}
