import { CursorRegistry } from './execution/cursor-registry.ts';
import { CollectionsUsage } from './execution/usage.ts';
import { Planner } from './planner/choose-plan.ts';
import { Catalog } from './storage/catalog.ts';
import { ChangeLog, type ChangeLogBounds } from './storage/change-log.ts';
import { describeKey } from './storage/describe-key.ts';
import { DocumentWriter } from './storage/document-writer.ts';
import { IndexBuilder } from './storage/index-builder.ts';
import { RetryLog } from './storage/retry-log.ts';
import type { Store } from './storage/store.ts';
import { TableSweeper } from './storage/table-sweeper.ts';
import { Traffic } from './wire/traffic.ts';

/** Numbers that `serverStatus` reports. */
export interface Counters {
  readonly opcounters: Record<'insert' | 'query' | 'update' | 'delete' | 'getmore' | 'command', number>;
  /** Messages that were answered or are being answered. */
  requests: number;
  connections: number;
  connectionsCreated: number;
}

/** Everything that commands work with. */
export interface Engine {
  readonly store: Store;
  readonly changes: ChangeLog;
  readonly catalog: Catalog;
  readonly documents: DocumentWriter;
  readonly indexBuilder: IndexBuilder;
  readonly planner: Planner;
  readonly cursors: CursorRegistry;
  readonly retries: RetryLog;
  readonly settings: { noTableScan: boolean };
  readonly counters: Counters;
  readonly usage: CollectionsUsage;
  readonly traffic: Traffic;
  readonly clock: () => Date;
  readonly startedAt: Date;
  /** Empties dropped tables in the background. */
  sweep(): void;
  /** Stops the work in the background; resolves when that writes nothing any more. */
  settle(): Promise<void>;
  /** `host:port` or the socket's path, which `hello` names as the only member. */
  address: string;
}

export interface EngineOptions {
  readonly noTableScan?: boolean;
  readonly clock?: () => Date;
  readonly changeLog?: ChangeLogBounds;
  /** How much memory the build of indexes takes for the entries that it has yet to write. */
  readonly indexBuildBytes?: number;
}

/** Assembles the parts over an opened store. */
export function createEngine(store: Store, options: EngineOptions = {}): Engine {
  const clock = options.clock ?? (() => new Date());
  const changes = new ChangeLog(store, clock, options.changeLog);
  const catalog = new Catalog(store, changes);
  const retries = new RetryLog(store, clock);
  store.beforeCommit = (writer) => {
    catalog.flush(writer);
    changes.flush(writer);
  };
  store.afterCommit = () => changes.publish();
  store.afterFailure = () => {
    catalog.load();
    retries.reset();
    changes.load();
  };
  store.describe = (key) => describeKey(key, catalog);
  const documents = new DocumentWriter(store, catalog, changes);
  const indexBuilder = new IndexBuilder(store, catalog, documents, options.indexBuildBytes);
  const sweeper = new TableSweeper(store, catalog);
  return {
    store,
    changes,
    catalog,
    documents,
    indexBuilder,
    sweep: () => sweeper.start(),
    async settle() {
      await Promise.all([indexBuilder.stop(), sweeper.stop(), changes.close()]);
    },
    planner: new Planner(store),
    cursors: new CursorRegistry(clock),
    retries,
    settings: { noTableScan: options.noTableScan ?? false },
    counters: {
      opcounters: { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 },
      requests: 0,
      connections: 0,
      connectionsCreated: 0,
    },
    usage: new CollectionsUsage((ns) => catalog.get(ns) !== undefined),
    traffic: new Traffic(),
    clock,
    startedAt: clock(),
    address: '',
  };
}
