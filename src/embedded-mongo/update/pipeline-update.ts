import type { VariableValues } from '../aggregate/scope.ts';
import { stageDocuments } from '../aggregate/stage-list.ts';
import { type DocumentMap, documentStages } from '../aggregate/stages/shape.ts';
import { stageParsers } from '../aggregate/stages.ts';
import { fieldsOf } from '../bson/fields.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';

function compileStage(stage: Document, variables: readonly string[]): DocumentMap {
  const [only, ...others] = fieldsOf(stage);
  if (only === undefined || others.length > 0) {
    throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const [name, specification] = only;
  const parse = documentStages.get(name);
  if (parse !== undefined) return parse(specification, { variables, failsLate: true }, name);
  if (!stageParsers.has(name)) throw new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`);
  throw new MongoError(ErrorCode.InvalidOptions, `${name} is not allowed to be used within an update`);
}

/** Compiles the stages of a pipeline update into a function of one document. */
export function compilePipelineUpdate(
  stages: readonly Document[],
  values: VariableValues = new Map(),
): (document: Document, now: Date) => Document {
  const maps = stageDocuments([...stages]).map((stage) => compileStage(stage, [...values.keys()]));
  return (document, now) => {
    const variables = new Map([...values, ['NOW', now] as const]);
    return maps.reduce((current, map) => map(current, variables), document);
  };
}
