import { decode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { type Change, ChangeKind } from '../storage/change-record.ts';

/** What a stream watches. */
export interface Target {
  /** Whether a change of this namespace may belong to the stream. */
  concerns(ns: string): boolean;
  /** The kinds of changes after which the stream cannot go on. */
  readonly endedBy: readonly ChangeKind[];
}

const internalDatabases = new Set(['admin', 'config', 'local']);

const databaseOf = (ns: string): string => ns.slice(0, ns.indexOf('.'));
const isSystem = (ns: string): boolean => ns.startsWith('system.', ns.indexOf('.') + 1);

/** The other namespace that a change is of: what a collection was renamed to. */
function renamedTo(change: Change): string | undefined {
  if (change.kind !== ChangeKind.rename) return undefined;
  const { db, coll } = decode(change.body).to as Document;
  return `${String(db)}.${String(coll)}`;
}

/** Whether a change belongs to the stream. */
export function belongsTo(target: Target, change: Change): boolean {
  if (target.concerns(change.ns)) return true;
  const to = renamedTo(change);
  return to !== undefined && target.concerns(to);
}

const watchCollection = (watched: string): Target => ({
  concerns: (ns) => ns === watched,
  endedBy: [ChangeKind.drop, ChangeKind.rename],
});

const watchDatabase = (db: string): Target => ({
  concerns: (ns) => databaseOf(ns) === db && !isSystem(ns),
  endedBy: [ChangeKind.dropDatabase],
});

const watchDeployment: Target = {
  concerns: (ns) => !internalDatabases.has(databaseOf(ns)) && !isSystem(ns),
  endedBy: [],
};

/**
 * What an `aggregate` with `$changeStream` watches: a collection, a database where it names none, everything where it
 * asks for `allChangesForCluster`. Throws InvalidOptions (72) and InvalidNamespace (73).
 */
export function targetOf(db: string, ns: string | undefined, isWholeDeployment: boolean): Target {
  if (isWholeDeployment && (db !== 'admin' || ns !== undefined)) {
    throw new MongoError(
      ErrorCode.InvalidOptions,
      `A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name; found ${ns ?? `${db}.$cmd.aggregate`}`,
    );
  }
  if (isWholeDeployment) return watchDeployment;
  if (internalDatabases.has(db)) {
    throw new MongoError(
      ErrorCode.InvalidNamespace,
      `$changeStream may not be opened on the internal ${db} database`,
    );
  }
  if (ns === undefined) return watchDatabase(db);
  if (isSystem(ns)) {
    throw new MongoError(
      ErrorCode.InvalidNamespace,
      `$changeStream may not be opened on the internal ${ns} collection`,
    );
  }
  return watchCollection(ns);
}
