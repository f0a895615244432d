import { splitPath } from '../bson/fields.ts';
import { isDocument, typeName, type Value } from '../bson/types.ts';
import { badValue, failedToParse, typeMismatch } from '../errors.ts';
import type { FilterNode } from '../query/filter-node.ts';
import { compileFilter } from '../query/matcher.ts';
import { parseFilter, refuseExpr } from '../query/parse-filter.ts';
import type { ElementMatchers } from './apply-tree.ts';

function identifiersOf(node: FilterNode): string[] {
  if (node.kind === 'path') return [splitPath(node.path)[0] ?? ''];
  return 'children' in node ? node.children.flatMap(identifiersOf) : [];
}

function identifierOfFilter(node: FilterNode): string {
  const identifiers = new Set(identifiersOf(node));
  const [identifier] = identifiers;
  if (identifier === undefined)
    throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters');
  if (identifiers.size > 1) {
    throw failedToParse(
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${[...identifiers].join("' and '")}'`,
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier)) {
    throw badValue(
      `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
    );
  }
  return identifier;
}

/** Compiles array filters; each concerns the elements that its single top-level name stands for. */
export function compileArrayFilters(filters: readonly Value[]): ElementMatchers {
  const matchers = new Map<string, (element: Value) => boolean>();
  for (const filter of filters) {
    if (!isDocument(filter))
      throw typeMismatch(`BSON field 'arrayFilters' must hold objects, found ${typeName(filter)}`);
    const node = parseFilter(filter);
    refuseExpr(node);
    const identifier = identifierOfFilter(node);
    if (matchers.has(identifier)) {
      throw failedToParse(`Found multiple array filters with the same top-level field name ${identifier}`);
    }
    const matcher = compileFilter(node);
    matchers.set(identifier, (element) => matcher.matches({ [identifier]: element }));
  }
  return matchers;
}
