/** A value read from the database and kept in memory. */
export interface CachedValue<T> {
  current(): T;
  /** Reads the value again. */
  refresh(): Promise<void>;
  /**
   * Call after a write by this instance: reads the value again, since a read in progress may have missed the write.
   */
  refreshAfterWrite(): Promise<void>;
}

/** Caches what `read` returns; never a value from before this instance's last write. */
export function cacheValue<T>(initial: T, read: () => Promise<T>): CachedValue<T> {
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
    refreshAfterWrite() {
      writes += 1;
      return refresh();
    },
  };
}
