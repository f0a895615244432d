import type { VariableValues } from '../aggregate/expression.ts';
import { fieldsOf } from '../bson/fields.ts';
import type { Document } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { FieldPicker } from './field-picker.ts';
import { isPositionalPath, readFindOperator } from './find-operators.ts';
import { parseProjection } from './parse-projection.ts';
import { type ProjectionScope, runProjection } from './projection-node.ts';

/** What a projection of one document depends on. */
export interface ProjectionContext {
  /** From `Matcher.matchedIndex`, for a positional projection (`"a.$": 1`). */
  readonly matchedIndex?: number | undefined;
  /** The variables of `let`, and `NOW`. */
  readonly variables?: VariableValues | undefined;
}

/** A projection, ready to run. */
export interface Projection {
  /** Whether `Matcher.matchedIndex` is needed. */
  readonly isPositional: boolean;
  project(document: Document, context?: ProjectionContext): Document;
  /** What `project` gives, without decoding; undefined if that is not possible. */
  projectBytes(document: Buffer): Buffer | undefined;
}

const noVariables: VariableValues = new Map();

/**
 * Compiles the projection of `find` and `findAndModify`. Throws MongoDB's errors for what it refuses (31254 for
 * inclusion mixed with exclusion, 31249 and 31250 for colliding paths).
 */
export function compileProjection(specification: Document, variables: readonly string[] = []): Projection {
  const positional = fieldsOf(specification).filter(([path]) => isPositionalPath(path));
  if (positional.length > 1) {
    throw new MongoError(31276, 'Cannot specify more than one positional projection per query.');
  }
  const { root, finishes } = parseProjection(specification, { variables, findOperators: readFindOperator });
  const run = runProjection(root);
  const picker = finishes.length === 0 ? FieldPicker.of(root) : undefined;
  return {
    isPositional: positional.length > 0,
    project: (document, context) => {
      const scope: ProjectionScope = {
        root: document,
        variables: context?.variables ?? noVariables,
        matchedIndex: context?.matchedIndex,
      };
      return finishes.reduce((projected, finish) => finish(projected, scope), run(document, scope));
    },
    projectBytes: (document) => picker?.pick(document),
  };
}
