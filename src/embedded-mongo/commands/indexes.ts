import { equalValues } from '../bson/compare.ts';
import { encode } from '../bson/raw.ts';
import { isDocument, typeName, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { badValue, ErrorCode, MongoError, typeMismatch } from '../errors.ts';
import type { Index } from '../index/index-definition.ts';
import { checkIndexSpecification } from '../index/index-specification.ts';
import type { Collection } from '../storage/catalog.ts';
import { ChangeKind } from '../storage/change-record.ts';
import type { Command } from './command.ts';
import { openListing } from './cursor-reply.ts';
import { namespaceNotFound } from './query-arguments.ts';

export const createIndexes: Command = {
  name: 'createIndexes',
  async run(engine, args) {
    args.allow('indexes', 'commitQuorum', 'ignoreUnknownIndexOptions');
    const ns = args.namespace();
    args.required('indexes');
    const given = args.array('indexes') ?? [];
    if (given.length === 0) throw badValue('Must specify at least one index to create');
    const ignoreUnknown = args.flag('ignoreUnknownIndexOptions');
    const created = await engine.indexBuilder.create(
      ns,
      given.map((spec) => checkIndexSpecification(spec, { ignoreUnknown })),
    );
    return {
      numIndexesBefore: created.before,
      numIndexesAfter: created.after,
      createdCollectionAutomatically: created.createdCollection,
      ...(created.before === created.after ? { note: 'all indexes already exist' } : {}),
    };
  },
};

export const listIndexes: Command = {
  name: 'listIndexes',
  run(engine, args) {
    args.allow('cursor');
    const ns = args.namespace();
    const collection = engine.catalog.get(ns);
    if (!collection) throw new MongoError(ErrorCode.NamespaceNotFound, `ns does not exist: ${ns}`);
    const specs = collection.indexes.filter((index) => index.isReady).map((index) => encode(index.spec));
    return openListing(engine, args, ns, specs);
  },
};

/** The indexes that `dropIndexes` refers to by `'*'`, a name, a key pattern, or a list of names. */
function namedIndexes(collection: Collection, wanted: Value): Index[] {
  if (wanted === '*') return collection.indexes.slice(1);
  if (typeof wanted !== 'string' && !Array.isArray(wanted) && !isDocument(wanted)) {
    throw typeMismatch(
      `BSON field 'dropIndexes.index' is the wrong type '${typeName(wanted)}', expected types '[string, object, array]'`,
    );
  }
  if (Array.isArray(wanted)) return wanted.flatMap((name) => namedIndexes(collection, name));
  const found = isDocument(wanted)
    ? collection.indexes.filter((index) => equalValues(index.spec.key, wanted))
    : collection.indexes.filter((index) => index.name === wanted);
  if (found.length === 0) {
    throw new MongoError(ErrorCode.IndexNotFound, `index not found with name [${String(wanted)}]`);
  }
  if (found.some((index) => index === collection.indexes[0])) {
    throw new MongoError(ErrorCode.InvalidOptions, 'cannot drop _id index');
  }
  return found;
}

function dropNamed(engine: Engine, ns: string, wanted: Value): Promise<number> {
  return engine.store.write((writer) => {
    const collection = engine.catalog.get(ns);
    if (!collection) throw namespaceNotFound(ns);
    const before = collection.indexes.length;
    const doomed = [...new Set(namedIndexes(collection, wanted))];
    engine.catalog.removeIndexes(collection, doomed, writer);
    engine.catalog.noteIndexes(ChangeKind.dropIndexes, collection, doomed);
    return before;
  });
}

export const dropIndexes: Command = {
  name: 'dropIndexes',
  aliases: ['deleteIndexes'],
  async run(engine, args) {
    args.allow('index');
    const nIndexesWas = await dropNamed(engine, args.namespace(), args.required('index'));
    engine.sweep();
    return { nIndexesWas };
  },
};
