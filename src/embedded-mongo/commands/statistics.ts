import { statfsSync } from 'node:fs';
import path from 'node:path';
import { Double, Int32, Long } from 'bson';
import type { Document } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { MongoError } from '../errors.ts';
import type { Collection } from '../storage/catalog.ts';
import { storageBytes, totalIndexBytes } from '../storage/collection-sizes.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';

/**
 * The factor that sizes are divided by. Throws Location51024, a relative of BadValue, if it is less than one.
 */
export function scaleOf(args: Arguments): number {
  const scale = args.number('scale') ?? 1;
  if (scale >= 1) return scale;
  throw new MongoError(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
}

const whole = (value: number): Long => Long.fromNumber(value);

/** A size as MongoDB reports it: divided and rounded down. */
const scaled = (bytes: number, scale: number): Long => whole(Math.floor(bytes / scale));

/** A size as `dbStats` reports it, which is a Double in MongoDB. */
const scaledDouble = (bytes: number, scale: number): Double => new Double(Math.floor(bytes / scale));

/** The average size of a collection's documents in bytes. It is never scaled. */
const averageOf = ({ dataBytes, count }: { dataBytes: number; count: number }): number =>
  count === 0 ? 0 : Math.floor(dataBytes / count);

const nothing: Pick<Collection, 'id' | 'count' | 'dataBytes' | 'indexes'> = {
  id: 0,
  count: 0,
  dataBytes: 0,
  indexes: [],
};

/** What `collStats` and `$collStats` report about a collection's storage. A missing one is empty. */
export function storageStatistics(
  collection: Collection | undefined,
  scale: number,
): Record<string, unknown> {
  const sizes = collection ?? nothing;
  const indexSizes = sizes.indexes.map(({ name, entryBytes }) => [name, scaled(entryBytes, scale)] as const);
  return {
    size: scaled(sizes.dataBytes, scale),
    count: whole(sizes.count),
    ...(sizes.count > 0 ? { avgObjSize: whole(averageOf(sizes)) } : {}),
    numOrphanDocs: whole(0),
    storageSize: scaled(storageBytes(sizes), scale),
    freeStorageSize: whole(0),
    capped: false,
    nindexes: new Int32(sizes.indexes.length),
    indexDetails: {},
    indexBuilds: sizes.indexes.filter(({ isReady }) => !isReady).map(({ name }) => name),
    totalIndexSize: scaled(totalIndexBytes(sizes), scale),
    totalSize: scaled(storageBytes(sizes) + totalIndexBytes(sizes), scale),
    indexSizes: Object.fromEntries(indexSizes),
    scaleFactor: new Int32(scale),
  };
}

export const collStats: Command = {
  name: 'collStats',
  aliases: ['collstats'],
  run(engine, args) {
    args.allow('scale', 'verbose');
    const ns = args.namespace();
    return { ns, ...storageStatistics(engine.catalog.get(ns), scaleOf(args)) };
  },
};

/** The sizes of a database, in bytes. */
interface DatabaseSizes {
  collections: number;
  count: number;
  dataBytes: number;
  storageBytes: number;
  indexes: number;
  indexBytes: number;
}

function sizesOfDatabase(engine: Engine, db: string): DatabaseSizes {
  const sizes = { collections: 0, count: 0, dataBytes: 0, storageBytes: 0, indexes: 0, indexBytes: 0 };
  for (const collection of engine.catalog.collections()) {
    if (collection.db !== db) continue;
    sizes.collections += 1;
    sizes.count += collection.count;
    sizes.dataBytes += collection.dataBytes;
    sizes.storageBytes += storageBytes(collection);
    sizes.indexes += collection.indexes.length;
    sizes.indexBytes += totalIndexBytes(collection);
  }
  return sizes;
}

/** The storage that a database takes up, in bytes. */
export function databaseBytes(engine: Engine, db: string): number {
  const sizes = sizesOfDatabase(engine, db);
  return sizes.storageBytes + sizes.indexBytes;
}

export const dbStats: Command = {
  name: 'dbStats',
  aliases: ['dbstats'],
  run(engine, args) {
    args.allow('scale', 'freeStorage');
    const scale = scaleOf(args);
    const sizes = sizesOfDatabase(engine, args.db);
    const { bsize, blocks, bfree } = statfsSync(path.dirname(engine.store.file));
    const free: Document = args.flag('freeStorage')
      ? { freeStorageSize: whole(0), indexFreeStorageSize: whole(0), totalFreeStorageSize: whole(0) }
      : {};
    return {
      db: args.db,
      collections: whole(sizes.collections),
      views: whole(0),
      objects: whole(sizes.count),
      avgObjSize: new Double(averageOf(sizes)),
      dataSize: scaledDouble(sizes.dataBytes, scale),
      storageSize: scaledDouble(sizes.storageBytes, scale),
      indexes: whole(sizes.indexes),
      indexSize: scaledDouble(sizes.indexBytes, scale),
      totalSize: scaledDouble(sizes.storageBytes + sizes.indexBytes, scale),
      ...free,
      scaleFactor: whole(scale),
      fsUsedSize: scaledDouble((blocks - bfree) * bsize, scale),
      fsTotalSize: scaledDouble(blocks * bsize, scale),
    };
  },
};
