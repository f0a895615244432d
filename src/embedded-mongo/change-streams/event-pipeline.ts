import type { VariableValues } from '../aggregate/scope.ts';
import { matchFilter } from '../aggregate/stages/select.ts';
import { documentStages } from '../aggregate/stages/shape.ts';
import { stageParsers } from '../aggregate/stages.ts';
import { documentOf, fieldsOf } from '../bson/fields.ts';
import type { Document, Value } from '../bson/types.ts';
import { ErrorCode, MongoError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import { parseFilter } from '../query/parse-filter.ts';

type EventStage = (event: Document) => Document | undefined;

/** The stages after `$changeStream`, ready to run. */
export interface EventPipeline {
  /**
   * False if the stages drop an event because of what happened, or to which collection (the event's `operationType` and
   * `ns`), so that its document need not be read.
   */
  mayTell(head: Document): boolean;
  /** What becomes of an event; undefined if it is dropped. */
  run: EventStage;
}

const headFields = new Set(['operationType', 'ns', 'ns.db', 'ns.coll']);

/** The conditions of a leading `$match` that depend only on the head of an event. */
function headStage(first: Document, variables: VariableValues): EventStage {
  const conditions = fieldsOf(matchFilter(first.$match ?? {})).filter(([path]) => headFields.has(path));
  return matchStage(documentOf(conditions), variables);
}

function matchStage(specification: Value, variables: VariableValues): EventStage {
  const matcher = compileFilter(parseFilter(matchFilter(specification)), variables);
  return (event) => (matcher.matches(event) ? event : undefined);
}

function compileStage(stage: Document, variables: VariableValues): EventStage {
  const [only, ...others] = fieldsOf(stage);
  if (only === undefined || others.length > 0) {
    throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const [name, specification] = only;
  if (name === '$match') return matchStage(specification, variables);
  const parse = documentStages.get(name);
  if (parse) {
    const map = parse(specification, { variables: [...variables.keys()] }, name);
    return (event) => map(event, variables);
  }
  if (name === '$redact' || name === '$changeStreamSplitLargeEvent')
    throw notImplemented(`the stage ${name}`);
  if (name === '$changeStream')
    throw new MongoError(40602, '$changeStream is only valid as the first stage in a pipeline.');
  if (!stageParsers.has(name)) throw new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`);
  throw new MongoError(ErrorCode.IllegalOperation, `${name} is not permitted in a $changeStream pipeline`);
}

/**
 * Compiles the stages after `$changeStream`; only those that look at one event at a time are allowed.
 * Undefined where there are none: events then need not be read. Throws IllegalOperation (20) for the others.
 */
export function compileEventPipeline(
  stages: readonly Document[],
  variables: VariableValues,
): EventPipeline | undefined {
  const [first] = stages;
  if (first === undefined) return undefined;
  const compiled = stages.map((stage) => compileStage(stage, variables));
  const matchesHead = headStage(first, variables);
  return {
    mayTell: (head) => matchesHead(head) !== undefined,
    run: (event) =>
      compiled.reduce<Document | undefined>((current, stage) => current && stage(current), event),
  };
}
