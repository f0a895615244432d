import os from 'node:os';
import { Long } from 'bson';
import { fieldsOf } from '../bson/fields.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { MongoError, notImplemented } from '../errors.ts';
import { Arguments } from './arguments.ts';
import { namespaceNotFound } from './query-arguments.ts';
import { scaleOf, storageStatistics } from './statistics.ts';

const stageName = '$collStats';

function specificationOf(value: Value): Arguments {
  if (!isDocument(value)) throw new MongoError(5447000, `${stageName} must take a nested object`);
  const args = new Arguments(stageName, value);
  args.allow('count', 'latencyStats', 'queryExecStats', 'storageStats');
  for (const part of ['latencyStats', 'queryExecStats']) {
    if (args.value(part) !== undefined) throw notImplemented(`${stageName} with ${part}`);
  }
  return args;
}

/**
 * The document that a leading `$collStats` returns: the collection's sizes and its count, as requested.
 * Undefined if the pipeline begins with another stage. Throws NamespaceNotFound (26) if the collection does
 * not exist.
 */
export function collStatsDocument(
  engine: Engine,
  ns: string,
  stage: Value | undefined,
): Document | undefined {
  if (!isDocument(stage)) return undefined;
  const [first] = fieldsOf(stage);
  if (first?.[0] !== stageName) return undefined;
  const args = specificationOf(first[1]);
  const collection = engine.catalog.get(ns);
  if (!collection) throw namespaceNotFound(ns);
  const storage = args.document('storageStats');
  const scale = storage
    ? scaleOf(new Arguments(`${stageName}.storageStats`, storage).allow('scale', 'verbose'))
    : 1;
  return {
    ns,
    host: os.hostname(),
    localTime: engine.clock(),
    ...(storage ? { storageStats: storageStatistics(collection, scale) as Document } : {}),
    ...(args.value('count') === undefined ? {} : { count: Long.fromNumber(collection.count) }),
  };
}
