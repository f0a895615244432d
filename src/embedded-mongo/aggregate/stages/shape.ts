import { documentOf, fieldsOf, getField } from '../../bson/fields.ts';
import { type Document, isDocument, typeName, type Value } from '../../bson/types.ts';
import { MongoError } from '../../errors.ts';
import { parseProjection } from '../../projection/parse-projection.ts';
import { type ProjectionNode, runProjection } from '../../projection/projection-node.ts';
import {
  checkFieldPath,
  compileExpression,
  type ExpressionOptions,
  type VariableValues,
} from '../expression.ts';

/** Maps one document to another; such stages may also be used in an update. */
export type DocumentMap = (document: Document, variables: VariableValues) => Document;

/** What a stage is compiled with: the names of the variables around it, and when its constants fail. */
export interface Surroundings extends ExpressionOptions {
  readonly variables: readonly string[];
}

/** Parses a stage that maps one document to another. */
export type DocumentStageParser = (specification: Value, around: Surroundings, name: string) => DocumentMap;

function projecting(node: ProjectionNode): DocumentMap {
  const run = runProjection(node);
  return (document, variables) => run(document, { root: document, variables, matchedIndex: undefined });
}

/** `$project`. */
const project: DocumentStageParser = (specification, { variables, failsLate }) => {
  if (!isDocument(specification)) throw new MongoError(15969, '$project specification must be an object');
  if (fieldsOf(specification).length === 0) {
    throw new MongoError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  return projecting(parseProjection(specification, { variables, failsLate }).root);
};

/** `$addFields` and `$set`. */
const addFields: DocumentStageParser = (specification, { variables, failsLate }, name) => {
  if (!isDocument(specification))
    throw new MongoError(
      40272,
      `${name} specification stage must be an object, got ${typeName(specification)}`,
    );
  return projecting(parseProjection(specification, { variables, failsLate, onlyComputed: true }).root);
};

/** `$unset`. */
const unset: DocumentStageParser = (specification) => {
  const paths = Array.isArray(specification) ? specification : [specification];
  if (paths.length === 0)
    throw new MongoError(31119, '$unset specification must be a string or an array with at least one field');
  const exclusions = paths.map((path): [string, Value] => {
    if (typeof path !== 'string') {
      throw Array.isArray(specification)
        ? new MongoError(
            31120,
            '$unset specification must be a string or an array containing only string values',
          )
        : new MongoError(31002, '$unset specification must be a string or an array');
    }
    checkFieldPath(path);
    return [path, false];
  });
  return projecting(parseProjection(documentOf(exclusions), { variables: [] }).root);
};

function replacingRoot(
  expression: Value,
  { variables, failsLate }: Surroundings,
  code: number,
  name: string,
): DocumentMap {
  const compiled = compileExpression(expression, variables, { failsLate });
  return (document, values): Document => {
    const root = compiled.evaluate(document, values);
    if (isDocument(root)) return root;
    throw new MongoError(
      code,
      `${name} expression must evaluate to an object, but resulting value was of type: ${typeName(root)}`,
    );
  };
}

/** `$replaceRoot`. */
const replaceRoot: DocumentStageParser = (specification, around) => {
  if (!isDocument(specification))
    throw new MongoError(
      40229,
      `expected an object as specification for $replaceRoot stage, got ${typeName(specification)}`,
    );
  const unknown = fieldsOf(specification).find(([name]) => name !== 'newRoot');
  if (unknown) throw new MongoError(40415, `BSON field '$replaceRoot.${unknown[0]}' is an unknown field.`);
  const newRoot = getField(specification, 'newRoot');
  if (newRoot === undefined)
    throw new MongoError(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
  return replacingRoot(newRoot, around, 40228, "'newRoot'");
};

/** `$replaceWith`. */
const replaceWith: DocumentStageParser = (specification, around) =>
  replacingRoot(specification, around, 40228, "'replacement document'");

/** The stages that map one document to another, by name. */
export const documentStages: ReadonlyMap<string, DocumentStageParser> = new Map<string, DocumentStageParser>([
  ['$project', project],
  ['$addFields', addFields],
  ['$set', addFields],
  ['$unset', unset],
  ['$replaceRoot', replaceRoot],
  ['$replaceWith', replaceWith],
]);
