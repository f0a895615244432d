import { Int32, Long } from 'bson';
import { ErrorCode, MongoError } from '../errors.ts';
import { type CollectionCheck, checkCollection, type IndexCheck } from '../execution/check-collection.ts';
import { type Collection, uuidOf } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';

function checkOptions(args: Arguments): void {
  args.allow(
    'full',
    'scandata',
    'background',
    'metadata',
    'checkBSONConformance',
    'enforceFastCount',
    'repair',
    'fixMultikey',
  );
  if (!args.flag('repair') && !args.flag('fixMultikey')) return;
  throw new MongoError(
    ErrorCode.InvalidOptions,
    'Running the validate command with { repair: true } can only be performed in standalone mode.',
  );
}

const isSound = ({ missing, dangling }: IndexCheck): boolean => missing === 0 && dangling === 0;

function answerOf(ns: string, collection: Collection, found: CollectionCheck): Record<string, unknown> {
  const { indexes, errors, invalidRecords, hasMoved } = found;
  return {
    ns,
    uuid: uuidOf(collection),
    nInvalidDocuments: Long.fromNumber(found.invalid),
    nNonCompliantDocuments: Long.fromNumber(0),
    nrecords: Long.fromNumber(found.records),
    nIndexes: new Int32(indexes.length),
    keysPerIndex: Object.fromEntries(indexes.map(({ name, keys }) => [name, Long.fromNumber(keys)])),
    indexDetails: Object.fromEntries(indexes.map((index) => [index.name, { valid: isSound(index) }])),
    valid: errors.length === 0,
    repaired: false,
    warnings: hasMoved ? ['The collection was written to meanwhile: its numbers were not compared.'] : [],
    errors,
    extraIndexEntries: [],
    missingIndexEntries: [],
    corruptRecords: invalidRecords.map((recordId) => Long.fromNumber(recordId)),
  };
}

/** Reads a collection and all its indexes in full, and reports whether they agree. */
export const validate: Command = {
  name: 'validate',
  async run(engine, args) {
    checkOptions(args);
    const ns = args.namespace();
    const collection = engine.catalog.get(ns);
    if (!collection) {
      throw new MongoError(ErrorCode.NamespaceNotFound, `Collection '${ns}' does not exist to validate.`);
    }
    return answerOf(ns, collection, await checkCollection(engine, collection, args.startSlice()));
  },
};
