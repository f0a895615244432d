import { compileExpression } from '../aggregate/expression.ts';
import type { VariableValues } from '../aggregate/scope.ts';
import type { Document, Value } from '../bson/types.ts';
import type { DocumentTest, Position } from './compiled-test.ts';
import type { FilterNode, Predicate } from './filter-node.ts';
import { compilePathTest } from './path-test.ts';

/** A filter, ready to run. */
export interface Matcher {
  matches(document: Document): boolean;
  /**
   * For the positional operator `$`: the position, in the first array that a path of the filter passed through
   * implicitly, of the element that satisfied the filter's last such predicate. Undefined if no array took part, and
   * for conditions that are in an `$or` of several or negated. Only call this if `matches`.
   */
  matchedIndex(document: Document): number | undefined;
}

function compileChildren(children: readonly FilterNode[], variables: VariableValues): DocumentTest[] {
  return children.map((child) => compileNode(child, variables));
}

/** Compiles a node of a filter. */
export function compileNode(node: FilterNode, variables: VariableValues): DocumentTest {
  switch (node.kind) {
    case 'always':
      return () => true;
    case 'never':
      return () => false;
    case 'path':
      return compilePathTest(node.path, node.predicate, (inner) => compileNode(inner, variables));
    case 'expr':
      return compileExpr(node.expression, variables);
    case 'and': {
      const tests = compileChildren(node.children, variables);
      return (document, position) => tests.every((test) => test(document, position));
    }
    case 'or': {
      const tests = compileChildren(node.children, variables);
      return (document) => tests.some((test) => test(document));
    }
    case 'nor': {
      const tests = compileChildren(node.children, variables);
      return (document) => !tests.some((test) => test(document));
    }
  }
}

function compileExpr(expression: Value, variables: VariableValues): DocumentTest {
  const evaluate = compileExpression(expression, [...variables.keys()]);
  return (document) => evaluate.isTrue(document, variables);
}

/** Throws for an expression in `$expr` that MongoDB refuses, also where no document is asked; `names` are variables. */
export function checkExpressions(node: FilterNode, names: readonly string[]): void {
  if (node.kind === 'expr') compileExpression(node.expression, names);
  if ('children' in node) for (const child of node.children) checkExpressions(child, names);
}

const noVariables: VariableValues = new Map();

/** Compiles a parsed filter. Throws a MongoError for an expression in `$expr` that MongoDB refuses. */
export function compileFilter(node: FilterNode, variables: VariableValues = noVariables): Matcher {
  const test = compileNode(node, variables);
  return {
    matches: (document) => test(document),
    matchedIndex(document) {
      const position: Position = { index: undefined };
      test(document, position);
      return position.index;
    },
  };
}

/** Compiles predicates on one value, as `$pull` applies them to the elements of an array. */
export function compileValueTest(predicates: readonly Predicate[]): (value: Value) => boolean {
  const children = predicates.map((predicate): FilterNode => ({ kind: 'path', path: '', predicate }));
  const test = compileNode({ kind: 'and', children }, noVariables);
  return (value) => test({ '': value });
}
