import { MongoError, notImplemented } from '../errors.ts';
import { mapping, type StageParser } from './stage.ts';
import { facet, lookup, unionWith } from './stages/combine.ts';
import { count, group, sortByCount } from './stages/group.ts';
import { limit, match, sample, skip, sort } from './stages/select.ts';
import { type DocumentStageParser, documentStages } from './stages/shape.ts';
import { unwind } from './stages/unwind.ts';

const refused: StageParser = (_specification, _compiler, name) => {
  throw notImplemented(`the stage ${name}`);
};

/** If it comes first, it is handled before the pipeline is parsed. */
const misplaced: StageParser = (_specification, _compiler, name) => {
  throw new MongoError(40602, `${name} is only valid as the first stage in a pipeline.`);
};

function mappingStage(parse: DocumentStageParser): StageParser {
  return (specification, compiler, name) => {
    const map = parse(specification, compiler, name);
    return mapping((document, context) => map(document, context.variables));
  };
}

/** Stages that MongoDB has and this server does not: they are refused as such, not as unknown. */
export const missingStages: readonly string[] = [
  '$bucket',
  '$bucketAuto',
  '$changeStreamSplitLargeEvent',
  '$currentOp',
  '$densify',
  '$documents',
  '$fill',
  '$geoNear',
  '$graphLookup',
  '$indexStats',
  '$listLocalSessions',
  '$listSampledQueries',
  '$listSearchIndexes',
  '$listSessions',
  '$merge',
  '$out',
  '$planCacheStats',
  '$redact',
  '$search',
  '$searchMeta',
  '$setWindowFields',
  '$shardedDataDistribution',
  '$vectorSearch',
];

/** All stages, by name. */
export const stageParsers: ReadonlyMap<string, StageParser> = new Map<string, StageParser>([
  ['$match', match],
  ['$sort', sort],
  ['$limit', limit],
  ['$skip', skip],
  ['$sample', sample],
  ...[...documentStages].map(([name, parse]) => [name, mappingStage(parse)] as const),
  ['$unwind', unwind],
  ['$group', group],
  ['$sortByCount', sortByCount],
  ['$count', count],
  ['$facet', facet],
  ['$lookup', lookup],
  ['$unionWith', unionWith],
  ['$changeStream', misplaced],
  ['$collStats', misplaced],
  ...missingStages.map((name) => [name, refused] as const),
]);
