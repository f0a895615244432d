import { fieldsOf } from '../bson/fields.ts';
import { type Document, isDocument, typeName, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, failedToParse, MongoError } from '../errors.ts';
import type { ElementMatchers } from './apply-tree.ts';
import type { Leaf } from './leaf.ts';
import { arithmetic, bit } from './operators/arithmetic.ts';
import { currentDate, extreme, set, setOnInsert, unset } from './operators/assign.ts';
import { pop, pull, pullAll } from './operators/pull.ts';
import { addToSet, push } from './operators/push.ts';
import { rename } from './operators/rename.ts';
import { identifierOf, isPlaceholder, parseUpdatePath } from './update-path.ts';
import { type UpdateNode, UpdateTree } from './update-tree.ts';

type LeafParser = (path: string, argument: Value) => Leaf;

const leafParsers: ReadonlyMap<string, LeafParser> = new Map<string, LeafParser>([
  ['$set', (_path, argument) => set(argument)],
  ['$setOnInsert', (_path, argument) => setOnInsert(argument)],
  ['$unset', () => unset()],
  ['$inc', (path, argument) => arithmetic('$inc', path, argument)],
  ['$mul', (path, argument) => arithmetic('$mul', path, argument)],
  ['$min', (_path, argument) => extreme('$min', argument)],
  ['$max', (_path, argument) => extreme('$max', argument)],
  ['$currentDate', (_path, argument) => currentDate(argument)],
  ['$bit', bit],
  ['$push', (_path, argument) => push(argument)],
  ['$addToSet', (_path, argument) => addToSet(argument)],
  ['$pull', (_path, argument) => pull(argument)],
  ['$pullAll', (_path, argument) => pullAll(argument)],
  ['$pop', (_path, argument) => pop(argument)],
]);

/** The update operators that are served. */
export const updateOperators: readonly string[] = [...leafParsers.keys(), '$rename'];

/** An update's operators as a tree. */
export interface ParsedOperators {
  readonly root: UpdateNode;
  readonly isPositional: boolean;
  readonly identifiers: ReadonlySet<string>;
}

function checkRename(from: string, to: string): void {
  if (from === to) throw badValue(`The source and target field for $rename must differ: ${from}: "${to}"`);
  if (from.startsWith(`${to}.`) || to.startsWith(`${from}.`)) {
    throw badValue(`The source and target field for $rename must not be on the same path: ${from}: "${to}"`);
  }
}

function addRename(tree: UpdateTree, from: string, to: Value): void {
  if (typeof to !== 'string')
    throw badValue(`The 'to' field for $rename must be a string: ${from}: ${typeName(to)}`);
  checkRename(from, to);
  const [sourcePath, targetPath] = [parseUpdatePath(from), parseUpdatePath(to)];
  if (sourcePath.some(isPlaceholder))
    throw badValue(`The source field for $rename may not be dynamic: ${from}`);
  if (targetPath.some(isPlaceholder))
    throw badValue(`The destination field for $rename may not be dynamic: ${to}`);
  const { source, target } = rename(from, to);
  tree.add(sourcePath, source);
  tree.add(targetPath, target);
}

function checkIdentifiers(
  path: string,
  components: readonly string[],
  matchers: ElementMatchers,
  seen: Set<string>,
): void {
  for (const component of components) {
    const identifier = identifierOf(component);
    if (identifier === undefined || identifier === '') continue;
    if (!matchers.has(identifier)) {
      throw badValue(`No array filter found for identifier '${identifier}' in path '${path}'`);
    }
    seen.add(identifier);
  }
}

function unknownModifier(operator: string): MongoError {
  return failedToParse(
    `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
  );
}

/** Parses an update whose fields are operators. Throws MongoDB's errors for what it refuses. */
export function parseUpdateOperators(update: Document, matchers: ElementMatchers): ParsedOperators {
  const tree = new UpdateTree();
  const identifiers = new Set<string>();
  let isPositional = false;
  for (const [operator, fields] of fieldsOf(update)) {
    const parse = leafParsers.get(operator);
    if (parse === undefined && operator !== '$rename') throw unknownModifier(operator);
    if (!isDocument(fields)) {
      throw failedToParse(
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${typeName(fields)}}`,
      );
    }
    for (const [path, argument] of fieldsOf(fields)) {
      if (parse === undefined) {
        addRename(tree, path, argument);
        continue;
      }
      const components = parseUpdatePath(path);
      checkIdentifiers(path, components, matchers, identifiers);
      isPositional ||= components.includes('$');
      tree.add(components, parse(path, argument));
    }
  }
  for (const identifier of matchers.keys()) {
    if (!identifiers.has(identifier)) {
      throw failedToParse(`The array filter for identifier '${identifier}' was not used in the update`);
    }
  }
  return { root: tree.sorted(), isPositional, identifiers };
}

/** Refuses a replacement that contains operators. */
export function checkReplacement(replacement: Document): void {
  const operator = fieldsOf(replacement).find(([name]) => name.startsWith('$'));
  if (operator === undefined) return;
  throw new MongoError(
    ErrorCode.DollarPrefixedFieldName,
    `The dollar ($) prefixed field '${operator[0]}' in '${operator[0]}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}
