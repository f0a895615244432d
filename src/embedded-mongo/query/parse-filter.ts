import { fieldsOf } from '../bson/fields.ts';
import { type Document, isDocument, isRegex, type Value } from '../bson/types.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
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

function parseLogical(kind: 'and' | 'or' | 'nor', value: Value, depth: number): FilterNode {
  if (!Array.isArray(value)) throw badValue(`$${kind} must be an array`);
  if (value.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  const children = value.map((entry) => {
    if (!isDocument(entry)) throw badValue('$or/$and/$nor entries need to be full objects');
    return parseNode(entry, depth + 1);
  });
  return kind === 'and' ? and(children) : { kind, children };
}

function parseTopLevelOperator(name: string, value: Value, depth: number): FilterNode {
  switch (name) {
    case '$and':
      return parseLogical('and', value, depth);
    case '$or':
      return parseLogical('or', value, depth);
    case '$nor':
      return parseLogical('nor', value, depth);
    case '$expr':
      return { kind: 'expr', expression: value };
    case '$comment':
    case '$alwaysTrue':
      return { kind: 'always' };
    case '$alwaysFalse':
      return { kind: 'never' };
    case '$text':
      throw new MongoError(ErrorCode.IndexNotFound, 'text index required for $text query');
    case '$where':
    case '$jsonSchema':
    case '$sampleRate':
      throw badValue(`${name} is not supported by the embedded database`);
    default:
      throw badValue(
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function parseFieldPredicates(value: Value, depth: number): Predicate[] {
  if (isRegex(value)) return [checkRegex(regexPredicate(value))];
  if (!isOperatorDocument(value)) return [{ op: '$eq', value: comparable(value) }];
  return parseOperators(value, { parseFilter: (filter) => parseNode(filter, depth + 1), depth });
}

function parseNode(filter: Document, depth: number): FilterNode {
  if (depth > maxDepth) throw badValue(`exceeded maximum query tree depth of ${maxDepth}`);
  const children: FilterNode[] = [];
  for (const [name, value] of fieldsOf(filter)) {
    if (name.startsWith('$')) {
      const child = parseTopLevelOperator(name, value, depth);
      if (child.kind !== 'always') children.push(child);
      continue;
    }
    for (const predicate of parseFieldPredicates(value, depth)) {
      children.push({ kind: 'path', path: name, predicate });
    }
  }
  return and(children);
}

/**
 * Parses a filter. Throws a MongoError for what MongoDB refuses (BadValue 2 mostly, 51091 for a bad regular
 * expression) and for what this server cannot answer exactly (`$where`, `$text`, `$jsonSchema`, geo operators).
 */
export function parseFilter(filter: Document): FilterNode {
  return parseNode(filter, 0);
}

/**
 * Parses the predicates of one value (`{$gt: 1, $lt: 5}`, a regular expression or a plain value for equality), as
 * `$pull` and array filters apply them to an array's elements.
 */
export function parseValuePredicates(value: Value): Predicate[] {
  return parseFieldPredicates(value, 0);
}
