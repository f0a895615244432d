import { evaluateLet } from '../aggregate/pipeline.ts';
import { stageDocuments } from '../aggregate/stage-list.ts';
import { fieldsOf } from '../bson/fields.ts';
import type { Pieces } from '../bson/pieces.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { ChangeStream } from '../change-streams/change-stream.ts';
import { ChangeStreamCursor, type StreamStart } from '../change-streams/change-stream-cursor.ts';
import { compileEventPipeline } from '../change-streams/event-pipeline.ts';
import type { LookUp } from '../change-streams/render-event.ts';
import { encodeToken, type ResumePoint } from '../change-streams/resume-token.ts';
import { parseStreamOptions } from '../change-streams/stream-options.ts';
import { belongsTo, targetOf } from '../change-streams/target.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import { readById } from '../execution/point-read.ts';
import { uuidOf } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';
import { batchSizeOf, collectionless, openCursor } from './cursor-reply.ts';

/** Whether an aggregation opens a change stream: its first stage says so. */
export function isChangeStream(args: Arguments): boolean {
  const { pipeline } = args.body;
  const first = Array.isArray(pipeline) ? pipeline[0] : undefined;
  return isDocument(first) && fieldsOf(first)[0]?.[0] === '$changeStream';
}

/** The watched collection, or undefined when a whole database is watched (`aggregate: 1`). */
function collectionOf(args: Arguments): string | undefined {
  const { aggregate } = args.body;
  if (typeof aggregate === 'string') return args.namespace();
  if (args.number('aggregate') !== 1) {
    throw failedToParse("Invalid command format: the 'aggregate' field must specify a collection name or 1");
  }
  return undefined;
}

/** A stream reports only what is durable. */
function checkReadConcern(args: Arguments): void {
  const level = args.document('readConcern')?.level;
  if (level === undefined || level === 'majority') return;
  throw new MongoError(
    ErrorCode.InvalidOptions,
    `$changeStream cannot run with readConcern level '${String(level)}'; only 'majority' is supported`,
  );
}

const lookUpIn =
  (engine: Engine): LookUp =>
  (ns, uuid, id) => {
    const collection = engine.catalog.get(ns);
    if (!collection || !uuid.equals(uuidOf(collection).buffer)) return undefined;
    return readById(engine.store, collection, id);
  };

function tokenNotFound(point: ResumePoint): MongoError {
  return new MongoError(
    ErrorCode.ChangeStreamFatalError,
    `cannot resume stream; the resume token was not found. ${JSON.stringify(encodeToken(point))}`,
    { errorLabels: ['NonResumableChangeStreamError'] },
  );
}

/**
 * Where to begin: after the event whose token is given, which must belong to this stream. If that event ended
 * a stream, the end is reported again. Throws ChangeStreamHistoryLost (286) and ChangeStreamFatalError (280).
 */
function startOf(engine: Engine, stream: ChangeStream, given: ResumePoint | undefined): StreamStart {
  const { changes } = engine;
  const point: ResumePoint = given ?? { kind: 'from', time: changes.last + 1n };
  changes.checkHistory(point.time);
  if (point.kind === 'from') return { point, first: point.time, events: [] };
  const change = changes.find(point.time);
  const isOwn = change !== undefined && belongsTo(stream.target, change);
  if (!isOwn || (point.kind === 'invalidate' && !stream.endsWith(change))) throw tokenNotFound(point);
  const isEnd = point.kind === 'event' && stream.endsWith(change);
  return { point, first: point.time + 1n, events: isEnd ? [stream.invalidation(change)] : [] };
}

function streamOf(engine: Engine, args: Arguments, [first, ...rest]: Document[], ns: string | undefined) {
  const specification: Value | undefined = first && fieldsOf(first)[0]?.[1];
  const options = parseStreamOptions(specification ?? null);
  const target = targetOf(args.db, ns, options.isWholeDeployment);
  const variables = new Map([...evaluateLet(args.document('let') ?? {}), ['NOW', engine.clock()] as const]);
  const pipeline = compileEventPipeline(rest, variables);
  const stream = new ChangeStream(target, options, pipeline, lookUpIn(engine));
  return { stream, start: startOf(engine, stream, options.start) };
}

/** Opens the change stream that an `aggregate` asks for. Its cursor waits at the end for more events. */
export function openChangeStream(engine: Engine, args: Arguments): Promise<Pieces> {
  checkReadConcern(args);
  const ns = collectionOf(args);
  const batchSize = batchSizeOf(args);
  const { stream, start } = streamOf(engine, args, stageDocuments(args.array('pipeline') ?? []), ns);
  const client = { slice: args.startSlice(), abandoned: args.connection.closed };
  const name = ns ?? `${args.db}.${collectionless}`;
  const cursor = new ChangeStreamCursor(name, engine.changes, stream, start, client);
  return openCursor(engine, args, cursor, { batchSize, isSingleBatch: false });
}
