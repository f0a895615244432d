import { type Pipeline, parsePipeline } from '../aggregate/pipeline.ts';
import { notImplemented } from '../errors.ts';
import type { Query } from '../planner/plan.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';
import { isChangeStream } from './change-stream.ts';
import { parseHint } from './query-arguments.ts';

/** The fields of `aggregate`. */
export const aggregateFields = [
  'pipeline',
  'cursor',
  'explain',
  'allowDiskUse',
  'bypassDocumentValidation',
  'collation',
  'hint',
  'let',
];

/** The query for the part of a pipeline that storage can answer: its first stages. */
export function headQuery(pipeline: Pipeline, args: Arguments, collection: Collection | undefined): Query {
  const { node, sort } = pipeline.head;
  return { filter: node, sort: sort ?? [], hint: parseHint(args.value('hint'), collection) };
}

/** The stages of `aggregate`. */
export function parseStages(args: Arguments): Pipeline {
  if (isChangeStream(args)) throw notImplemented('explain of $changeStream');
  args.required('pipeline');
  return parsePipeline(args.array('pipeline') ?? [], args.document('let'));
}
