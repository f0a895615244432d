import { type Condition, conditionsOf, filterOf } from '../aggregate/filter-paths.ts';
import type { VariableValues } from '../aggregate/scope.ts';
import { matchFilter } from '../aggregate/stages/select.ts';
import { documentStages } from '../aggregate/stages/shape.ts';
import { stageParsers } from '../aggregate/stages.ts';
import { type FieldTree, fieldTree } from '../bson/field-tree.ts';
import { fieldsOf, splitPath } from '../bson/fields.ts';
import type { Document, Value } from '../bson/types.ts';
import { ErrorCode, MongoError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/matcher.ts';
import { parseFilter } from '../query/parse-filter.ts';

type EventStage = (event: Document) => Document | undefined;

/** Reads some of the fields of an event's `fullDocument`; undefined if it has none, or has to be looked up. */
export type ReadFields = (wanted: FieldTree) => Document | undefined;

/** Whether the stages may keep an event, as far as a part of it says. */
export type EventTest = (readFields: ReadFields) => boolean;

/** The stages after `$changeStream`, ready to run. */
export interface EventPipeline {
  /**
   * Makes a test for the events with this head: what happened (`operationType`) to which collection (`ns`). It is false
   * if the stages drop an event because of its head or of some fields of its document, so that it need not be built.
   */
  testFor(head: Document): EventTest;
  /** What becomes of an event; undefined if it is dropped. */
  run: EventStage;
}

const headFields = new Set(['operationType', 'ns', 'ns.db', 'ns.coll']);
const documentPrefix = 'fullDocument.';

const isInHead = (path: string): boolean => headFields.has(path);
const isInDocument = (path: string): boolean => path.startsWith(documentPrefix);

/** Tells by the conditions of a leading `$match` on the head and on fields of the document, as far as it has any. */
function leadingTest(first: Document, variables: VariableValues): EventPipeline['testFor'] {
  const conditions = conditionsOf(matchFilter(first.$match ?? {}));
  const meets = (those: readonly Condition[]) => matchStage(filterOf(those), variables);
  const ofHead = conditions.filter(({ paths }) => paths?.every(isInHead));
  const ofDocument = conditions.filter(
    ({ paths }) => paths?.some(isInDocument) && paths.every((path) => isInHead(path) || isInDocument(path)),
  );
  const [meetsHead, meetsOthers] = [meets(ofHead), meets(ofDocument)];
  const paths = ofDocument.flatMap((condition) => condition.paths ?? []).filter(isInDocument);
  const wanted = fieldTree(paths.map((path) => splitPath(path).slice(1)));
  return (head) => {
    if (!meetsHead(head)) return () => false;
    if (wanted.size === 0) return () => true;
    // One for all of them: to make one for each takes as long as the test.
    const event: Document = { ...head };
    return (readFields) => {
      const fullDocument = readFields(wanted);
      if (fullDocument === undefined) return true;
      event.fullDocument = fullDocument;
      return meetsOthers(event) !== undefined;
    };
  };
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
  return {
    testFor: leadingTest(first, variables),
    run: (event) =>
      compiled.reduce<Document | undefined>((current, stage) => current && stage(current), event),
  };
}
