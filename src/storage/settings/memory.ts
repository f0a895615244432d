/** A value read from the database and kept in memory. */
export interface Memory<T> {
  current(): T;
  /** Reads it anew. */
  refresh(): Promise<void>;
  /** After a write of this instance: reads anew what a reading under way may have missed. */
  written(): Promise<void>;
}

/** Keeps what `read` gives, never older than the last write of this instance. */
export function keepInMemory<T>(initial: T, read: () => Promise<T>): Memory<T> {
  let value = initial;
  let writes = 0;
  const refresh = async () => {
    for (let before = -1; before !== writes; ) {
      before = writes;
      const fresh = await read();
      if (before === writes) value = fresh;
    }
  };
  return {
    current: () => value,
    refresh,
    written() {
      writes += 1;
      return refresh();
    },
  };
}
