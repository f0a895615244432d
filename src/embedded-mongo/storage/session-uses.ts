/** When sessions were last used, by the bytes that identify them as `latin1`; the least recently used comes first. */
export class SessionUses {
  #usedAt = new Map<string, number>();

  has(session: string): boolean {
    return this.#usedAt.has(session);
  }

  /** Records a use, which is later than all others. */
  note(session: string, usedAt: number): void {
    this.#usedAt.delete(session);
    this.#usedAt.set(session, usedAt);
  }

  /** Adds sessions left by an earlier run; what has been recorded is newer. */
  addEarlier(uses: Iterable<readonly [string, number]>): void {
    const earlier = [...uses].filter(([session]) => !this.#usedAt.has(session)).sort(([, a], [, b]) => a - b);
    this.#usedAt = new Map([...earlier, ...this.#usedAt]);
  }

  forget(session: string): void {
    this.#usedAt.delete(session);
  }

  /** Up to `limit` of the sessions that were not used since `oldest`, or that exceed the `most` newest. */
  outdated({ oldest, most, limit }: { oldest: number; most: number; limit: number }): string[] {
    const found: string[] = [];
    for (const [session, usedAt] of this.#usedAt) {
      const isOutdated = usedAt < oldest || this.#usedAt.size - found.length > most;
      if (!isOutdated || found.length === limit) break;
      found.push(session);
    }
    return found;
  }
}
