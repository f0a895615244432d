import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Store } from './store.ts';

/** A data directory that is open. */
export interface DataDirectory {
  readonly store: Store;
  close(): Promise<void>;
}

export async function openDataDirectory(dataDir: string): Promise<DataDirectory> {
  mkdirSync(dataDir, { recursive: true });
  const store = new Store(path.join(dataDir, 'data.mdb'));
  return { store, close: () => store.close() };
}
