import type { VariableValues } from '../aggregate/scope.ts';
import { decode, encode } from '../bson/raw.ts';
import type { Engine } from '../engine.ts';
import { notImplemented } from '../errors.ts';
import { type Point, pointOf, readPoint } from '../execution/point-read.ts';
import { type DocumentStream, QueryCursor } from '../execution/query-cursor.ts';
import { type Match, QueryRun } from '../execution/query-run.ts';
import type { Query } from '../planner/plan.ts';
import { compileProjection, type Projection } from '../projection/project.ts';
import { refuseExpr } from '../query/parse-filter.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { firstBatch, openCursor } from './cursor-reply.ts';
import { parseQuery, variablesOf } from './query-arguments.ts';

const defaultBatchSize = 101;
const fields = [
  'filter',
  'projection',
  'sort',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'collation',
  'let',
  'noCursorTimeout',
  'allowPartialResults',
  'allowDiskUse',
  'tailable',
  'awaitData',
  'returnKey',
  'showRecordId',
  'min',
  'max',
];
/** Fields that make more of a query than a look-up. */
const fieldsBesidePoint = ['projection', 'hint', 'skip', 'sort', 'let'];
const refusedFlags = ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max'];

function projected(
  run: QueryRun,
  match: Match,
  projection: Projection | undefined,
  variables: VariableValues,
): Buffer {
  if (!projection) return match.bytes;
  const picked = projection.projectBytes(match.bytes);
  if (picked) return picked;
  const document = match.document ?? decode(match.bytes);
  const matchedIndex = projection.isPositional ? run.matcher.matchedIndex(document) : undefined;
  return encode(projection.project(document, { matchedIndex, variables }));
}

/** A run's matches as bytes, with the projection applied. */
function streamOfRun(
  run: QueryRun,
  projection: Projection | undefined,
  variables: VariableValues,
): DocumentStream {
  return {
    next: async () => {
      const match = await run.next();
      return match && projected(run, match, projection, variables);
    },
    tryNext: () => {
      const match = run.tryNext();
      return match === undefined || match === 'wait' ? match : projected(run, match, projection, variables);
    },
    isFinished: () => run.isFinished(),
  };
}

function refuseUnsupported(args: Arguments): void {
  for (const name of refusedFlags) {
    const value = args.value(name);
    if (value !== undefined && value !== false) throw notImplemented(`find with ${name}`);
  }
}

/** The limit of a `find`; 0 means none. */
function limitOf(args: Arguments): number {
  const limit = args.count('limit') ?? 0;
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

/** What a query asks for if a single look-up can answer it. */
function pointWanted(args: Arguments, collection: Collection): Point | undefined {
  if (fieldsBesidePoint.some((name) => args.value(name) !== undefined)) return undefined;
  const filter = args.document('filter');
  return filter && pointOf(collection, filter);
}

/** What a `find` asks for. */
interface FindRequest {
  readonly query: Query;
  readonly skip: number;
  readonly limit: number;
  readonly projection: Projection | undefined;
  readonly variables: VariableValues;
}

/** Refuses unknown and unsupported fields of a `find`. */
export function checkFind(args: Arguments): void {
  args.allow(...fields);
  refuseUnsupported(args);
}

/** Parses a `find` whose fields have been checked. */
export function readFind(engine: Engine, args: Arguments, collection: Collection | undefined): FindRequest {
  const variables = variablesOf(engine, args);
  const filter = args.document('filter');
  const [skip, limit] = [args.count('skip') ?? 0, limitOf(args)];
  const wanted = Number.isFinite(limit) ? skip + limit : undefined;
  const given = { filter, sort: args.document('sort'), hint: args.value('hint'), variables, wanted };
  const query = parseQuery(given, collection);
  const projectionSpec = args.document('projection');
  const projection =
    projectionSpec && Object.keys(projectionSpec).length > 0
      ? compileProjection(projectionSpec, [...variables.keys()])
      : undefined;
  if (projection?.isPositional) refuseExpr(query.filter);
  return { query, skip, limit, projection, variables };
}

export const find: Command = {
  name: 'find',
  counter: 'query',
  async run(engine, args) {
    checkFind(args);
    const ns = args.namespace();
    const collection = engine.catalog.get(ns);
    const batchSize = args.count('batchSize') ?? defaultBatchSize;
    const isSingleBatch = args.flag('singleBatch');
    const point = collection && batchSize > 0 && pointWanted(args, collection);
    if (point) {
      // They are checked although the look-up does not need them.
      limitOf(args);
      args.timeLimitMs();
      const document = readPoint(engine.store, collection, point);
      return firstBatch(ns, document ? [document] : []);
    }
    const { query, skip, limit, projection, variables } = readFind(engine, args, collection);
    const slice = args.startSlice();
    if (!collection) return firstBatch(ns, []);
    const plan = engine.planner.plan(collection, query, engine.settings);
    const run = new QueryRun(engine.store, engine.catalog, collection, query, plan, { skip, limit, slice });
    const cursor = new QueryCursor(ns, streamOfRun(run, projection, variables), slice);
    return openCursor(engine, args, cursor, { batchSize, isSingleBatch });
  },
};
