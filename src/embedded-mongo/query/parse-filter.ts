import { fieldsOf } from '../bson/fields.ts';
import { toInteger } from '../bson/numeric.ts';
import { type Document, isDocument, isNumeric, isRegex, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, failedToParse, MongoError } from '../errors.ts';
import type { FilterNode, Predicate } from './filter-node.ts';
import { comparable, isOperatorDocument, parseOperators } from './parse-predicate.ts';
import { checkRegex, regexPredicate } from './regex.ts';

/** MongoDB's limit for the depth of a filter. */
const maxDepth = 100;

function and(children: FilterNode[]): FilterNode {
  const [only] = children;
  if (only === undefined) return { kind: 'always' };
  return children.length === 1 ? only : { kind: 'and', children };
}

/** The position of a part in a filter. */
interface Place {
  readonly depth: number;
  /** Inside `$elemMatch`: it concerns a part of the document. */
  readonly isNested: boolean;
}

const deeper = (place: Place): Place => ({ ...place, depth: place.depth + 1 });

function parseLogical(kind: 'and' | 'or' | 'nor', value: Value, place: Place): FilterNode {
  if (!Array.isArray(value)) throw badValue(`$${kind} must be an array`);
  if (value.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  const children = value.map((entry) => {
    if (!isDocument(entry)) throw badValue('$or/$and/$nor entries need to be full objects');
    return parseNode(entry, deeper(place));
  });
  if (kind === 'and') return and(children);
  const [only] = children;
  return kind === 'or' && only !== undefined && children.length === 1 ? only : { kind, children };
}

function parseConstant(name: '$alwaysTrue' | '$alwaysFalse', value: Value): FilterNode {
  if (!isNumeric(value) || toInteger(value) !== 1n)
    throw failedToParse(`${name} must be an integer value of 1`);
  return { kind: name === '$alwaysTrue' ? 'always' : 'never' };
}

function parseTopLevelOperator(name: string, value: Value, place: Place): FilterNode {
  switch (name) {
    case '$and':
      return parseLogical('and', value, place);
    case '$or':
      return parseLogical('or', value, place);
    case '$nor':
      return parseLogical('nor', value, place);
    case '$expr':
      if (place.isNested) throw badValue('$expr can only be applied to the top-level document');
      return { kind: 'expr', expression: value };
    case '$comment':
      return { kind: 'always' };
    case '$alwaysTrue':
    case '$alwaysFalse':
      return parseConstant(name, value);
    case '$text':
      throw new MongoError(ErrorCode.IndexNotFound, 'text index required for $text query');
    case '$where':
    case '$jsonSchema':
    case '$sampleRate':
      throw badValue(`${name} is not supported by the embedded database`);
    case '$ref':
    case '$id':
    case '$db':
      return { kind: 'path', path: name, predicate: { op: '$eq', value: comparable(value) } };
    default:
      throw badValue(
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function parseFieldPredicates(value: Value, { depth }: Place): Predicate[] {
  if (isRegex(value)) return [checkRegex(regexPredicate(value))];
  if (!isOperatorDocument(value)) return [{ op: '$eq', value: comparable(value) }];
  const inner: Place = { depth: depth + 1, isNested: true };
  return parseOperators(value, { parseFilter: (filter) => parseNode(filter, inner), depth });
}

function parseNode(filter: Document, place: Place): FilterNode {
  if (place.depth > maxDepth) throw badValue(`exceeded maximum query tree depth of ${maxDepth}`);
  const children: FilterNode[] = [];
  for (const [name, value] of fieldsOf(filter)) {
    if (name.startsWith('$')) {
      const child = parseTopLevelOperator(name, value, place);
      if (child.kind !== 'always') children.push(child);
      continue;
    }
    for (const predicate of parseFieldPredicates(value, place)) {
      children.push({ kind: 'path', path: name, predicate });
    }
  }
  return and(children);
}

const top: Place = { depth: 0, isNested: false };

/**
 * Parses a filter. Throws a MongoError for what MongoDB refuses (mostly BadValue 2, and 51091 for a bad regular
 * expression) and for what this server cannot answer exactly (`$where`, `$text`, `$jsonSchema`, geo operators).
 */
export function parseFilter(filter: Document): FilterNode {
  return parseNode(filter, top);
}

/** Refuses (224) a filter with `$expr` where MongoDB does not allow it. */
export function refuseExpr(node: FilterNode, message = '$expr is not allowed in this context'): void {
  if (node.kind === 'expr') throw new MongoError(ErrorCode.QueryFeatureNotAllowed, message);
  if ('children' in node) for (const child of node.children) refuseExpr(child, message);
}

/**
 * Parses the predicates of one value (`{$gt: 1, $lt: 5}`, a regular expression or a plain value for equality), as
 * `$pull` and array filters apply them to an array's elements.
 */
export function parseValuePredicates(value: Value): Predicate[] {
  return parseFieldPredicates(value, top);
}
