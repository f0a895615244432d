import { type Document, isDocument, typeName, type Value } from '../bson/types.ts';
import { typeMismatch } from '../errors.ts';

/** The stages of a pipeline, which must be a list of documents (14). */
export function stageDocuments(stages: Value): Document[] {
  if (!Array.isArray(stages)) throw typeMismatch(`'pipeline' must be an array, found ${typeName(stages)}`);
  return stages.map((stage) => {
    if (!isDocument(stage)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
    return stage;
  });
}
