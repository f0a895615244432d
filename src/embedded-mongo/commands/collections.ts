import { Long } from 'bson';
import { encode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { type Collection, uuidOf } from '../storage/catalog.ts';
import { ChangeKind } from '../storage/change-record.ts';
import type { Command } from './command.ts';
import { openListing } from './cursor-reply.ts';
import { databaseBytes } from './statistics.ts';

/** Kinds of collection that MongoDB has and the embedded database lacks; they are refused by name. */
const unservedOptions = [
  'capped',
  'size',
  'max',
  'validator',
  'validationLevel',
  'validationAction',
  'viewOn',
  'pipeline',
  'timeseries',
  'expireAfterSeconds',
  'clusteredIndex',
  'changeStreamPreAndPostImages',
  'encryptedFields',
  'storageEngine',
  'indexOptionDefaults',
];

export const create: Command = {
  name: 'create',
  async run(engine, args) {
    args.allow('collation', 'autoIndexId', 'idIndex', ...unservedOptions);
    if (args.flag('capped') && args.value('size') === undefined) {
      throw new MongoError(ErrorCode.InvalidOptions, "the 'size' field is required when 'capped' is true");
    }
    for (const name of unservedOptions) {
      const value = args.value(name);
      if (value !== undefined && value !== false) throw notImplemented(`create with ${name}`);
    }
    const ns = args.namespace();
    await engine.store.write(() => {
      if (engine.catalog.get(ns)) {
        throw new MongoError(ErrorCode.NamespaceExists, `Collection ${ns} already exists.`);
      }
      engine.catalog.create(ns);
    });
    return {};
  },
};

export const drop: Command = {
  name: 'drop',
  async run(engine, args) {
    args.allow();
    const ns = args.namespace();
    const nIndexesWas = await engine.store.write((writer) => {
      const collection = engine.catalog.get(ns);
      // Newer servers and drivers treat dropping a missing collection as a success.
      if (collection) engine.catalog.drop(collection, writer);
      return collection?.indexes.length;
    });
    engine.sweep();
    return nIndexesWas === undefined ? {} : { nIndexesWas, ns };
  },
};

export const dropDatabase: Command = {
  name: 'dropDatabase',
  async run(engine, args) {
    args.allow();
    const { db } = args;
    const dropped = await engine.store.write((writer) => {
      const doomed = engine.catalog.collections().filter((collection) => collection.db === db);
      for (const collection of doomed) engine.catalog.drop(collection, writer);
      if (doomed.length > 0) engine.changes.note(ChangeKind.dropDatabase, { ns: `${db}.$cmd` }, encode({}));
      return doomed.length;
    });
    engine.sweep();
    return dropped > 0 ? { dropped: db } : {};
  },
};

function describe(collection: Collection, nameOnly: boolean): Document {
  const { name } = collection;
  if (nameOnly) return { name, type: 'collection' };
  return {
    name,
    type: 'collection',
    options: collection.options,
    info: { readOnly: false, uuid: uuidOf(collection) },
    idIndex: collection.indexes[0]?.spec ?? {},
  };
}

export const listCollections: Command = {
  name: 'listCollections',
  run(engine, args) {
    args.allow('filter', 'nameOnly', 'authorizedCollections', 'cursor');
    const matcher = compileFilter(parseFilter(args.document('filter') ?? {}));
    const nameOnly = args.flag('nameOnly');
    const found = engine.catalog
      .collections()
      .filter((collection) => collection.db === args.db)
      .map((collection) => describe(collection, nameOnly))
      .filter((description) => matcher.matches(description));
    return openListing(engine, args, `${args.db}.$cmd.listCollections`, found.map(encode));
  },
};

export const listDatabases: Command = {
  name: 'listDatabases',
  adminOnly: true,
  run(engine, args) {
    args.allow('filter', 'nameOnly', 'authorizedDatabases');
    const names = [...new Set(engine.catalog.collections().map(({ db }) => db))].sort();
    const matcher = compileFilter(parseFilter(args.document('filter') ?? {}));
    if (args.flag('nameOnly')) {
      return { databases: names.map((name) => ({ name })).filter((database) => matcher.matches(database)) };
    }
    const databases = names
      .map((name) => ({ name, sizeOnDisk: Long.fromNumber(databaseBytes(engine, name)), empty: false }))
      .filter((database) => matcher.matches(database));
    const total = databases.reduce((sum, { sizeOnDisk }) => sum + sizeOnDisk.toNumber(), 0);
    return {
      databases,
      totalSize: Long.fromNumber(total),
      totalSizeMb: Long.fromNumber(Math.floor(total / 2 ** 20)),
    };
  },
};
