import type { RoomWatcher } from './room-watcher.ts';

const nobody: ReadonlySet<RoomWatcher> = new Set();

/** The clients that watch rooms, by what events name: the room, its agent, its visitor. */
export class WatcherIndex {
  readonly #byRoom = new Map<string, Set<RoomWatcher>>();
  readonly #byVisitor = new Map<string, Set<RoomWatcher>>();
  readonly #visitorIds = new Map<RoomWatcher, string>();

  add(watcher: RoomWatcher): void {
    put(this.#byRoom, watcher.rid, watcher);
    if (watcher.viewer.kind !== 'visitor') return;
    this.#visitorIds.set(watcher, watcher.viewer._id);
    put(this.#byVisitor, watcher.viewer._id, watcher);
  }

  remove(watcher: RoomWatcher): void {
    take(this.#byRoom, watcher.rid, watcher);
    take(this.#byVisitor, this.#visitorIds.get(watcher) ?? '', watcher);
    this.#visitorIds.delete(watcher);
  }

  /** A visitor's token may act for another one by now. */
  update(watcher: RoomWatcher): void {
    if ((this.#visitorIds.get(watcher) ?? watcher.viewer._id) === watcher.viewer._id) return;
    this.remove(watcher);
    this.add(watcher);
  }

  in(rid: string | undefined): ReadonlySet<RoomWatcher> {
    return (rid === undefined ? undefined : this.#byRoom.get(rid)) ?? nobody;
  }

  /** Those who watch as the visitor. */
  ofVisitor(visitorId: string): ReadonlySet<RoomWatcher> {
    return this.#byVisitor.get(visitorId) ?? nobody;
  }

  *all(): Iterable<RoomWatcher> {
    for (const watchers of this.#byRoom.values()) yield* watchers;
  }
}

function put(index: Map<string, Set<RoomWatcher>>, key: string, watcher: RoomWatcher): void {
  index.set(key, (index.get(key) ?? new Set()).add(watcher));
}

function take(index: Map<string, Set<RoomWatcher>>, key: string, watcher: RoomWatcher): void {
  const watchers = index.get(key);
  watchers?.delete(watcher);
  if (watchers?.size === 0) index.delete(key);
}
