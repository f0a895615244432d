import { fieldsOf, getField } from '../bson/fields.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { parseProjection } from '../projection/parse-projection.ts';
import type { ProjectionNode } from '../projection/projection-node.ts';
import { conditionsOf, filterOf, type Paths } from './filter-paths.ts';
import { parseUnwind } from './stages/parse-unwind.ts';

/** What a stage does not change in the documents that pass through it. */
interface Untouched {
  /** Whether the paths are those that it changes (all others are unchanged) or those that it does not. */
  readonly isAllBut: boolean;
  readonly paths: readonly string[];
}

/** The paths of a projection tree's leaves of one of these kinds. */
function leaves(node: ProjectionNode, kinds: readonly string[], prefix = ''): string[] {
  return [...node.fields].flatMap(([name, field]) => {
    if (field.kind === 'node') return leaves(field.node, kinds, `${prefix}${name}.`);
    return kinds.includes(field.kind) ? [`${prefix}${name}`] : [];
  });
}

function untouchedByProjection(
  specification: Value,
  variables: readonly string[],
  onlyComputed: boolean,
): Untouched | undefined {
  if (!isDocument(specification)) return undefined;
  const { root } = parseProjection(specification, { variables, onlyComputed });
  if (root.keepsOthers) return { isAllBut: true, paths: leaves(root, ['exclude', 'computed']) };
  return { isAllBut: false, paths: leaves(root, ['include']) };
}

/**
 * What a stage does not change in the documents that pass through it; undefined if a `$match` must not be moved
 * before it.
 */
function untouchedBy(
  name: string,
  specification: Value,
  variables: readonly string[],
): Untouched | undefined {
  switch (name) {
    case '$sort':
      return { isAllBut: true, paths: [] };
    case '$project':
      return untouchedByProjection(specification, variables, false);
    case '$addFields':
    case '$set':
      return untouchedByProjection(specification, variables, true);
    case '$unset':
      return { isAllBut: true, paths: [specification].flat().map(String) };
    case '$unwind': {
      const { path, indexField } = parseUnwind(specification);
      return { isAllBut: true, paths: indexField === undefined ? [path] : [path, indexField] };
    }
    case '$lookup':
      return {
        isAllBut: true,
        paths: isDocument(specification) ? [String(getField(specification, 'as'))] : [],
      };
    default:
      return undefined;
  }
}

const leadsTo = (path: string, other: string): boolean => other === path || other.startsWith(`${path}.`);

function readsOnly(paths: Paths, { isAllBut, paths: known }: Untouched): boolean {
  if (paths === undefined) return isAllBut && known.length === 0;
  return paths.every((path) =>
    isAllBut
      ? !known.some((changed) => leadsTo(changed, path) || leadsTo(path, changed))
      : known.some((kept) => leadsTo(kept, path)),
  );
}

const stageOf = (stage: Document): [string, Value] => fieldsOf(stage)[0] ?? ['', null];

/** What a stage does not change, determined once. */
type Describe = (stage: Document) => Untouched | undefined;

function describing(variables: readonly string[]): Describe {
  const known = new Map<Document, Untouched | undefined>();
  return (stage) => {
    if (!known.has(stage)) known.set(stage, untouchedBy(...stageOf(stage), variables));
    return known.get(stage);
  };
}

/** Stages that produce exactly one document per document, so that skipping may come before them. */
const oneOfEach = new Set([
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
  '$lookup',
]);

/** The two stages swapped, if that gives the same documents; undefined if it does not. */
function swapped(
  earlier: Document,
  later: Document,
  describe: Describe,
): [Document, ...Document[]] | undefined {
  const [name, specification] = stageOf(later);
  if (name === '$skip' || name === '$limit') {
    return oneOfEach.has(stageOf(earlier)[0]) ? [later, earlier] : undefined;
  }
  const untouched = name === '$match' && isDocument(specification) ? describe(earlier) : undefined;
  if (!untouched || !isDocument(specification)) return undefined;
  const conditions = conditionsOf(specification);
  const before = conditions.filter(({ paths }) => readsOnly(paths, untouched));
  if (before.length === 0) return undefined;
  if (before.length === conditions.length) return [later, earlier];
  const after = conditions.filter((condition) => !before.includes(condition));
  return [{ $match: filterOf(before) }, earlier, { $match: filterOf(after) }];
}

/**
 * The stages of a pipeline in the order in which MongoDB runs them: `$match` before stages that do not change what it
 * reads, `$skip` and `$limit` before those that produce one document per document. The difference shows if an
 * expression fails on documents that are left out later. The stages must be valid.
 */
export function orderStages(stages: readonly Document[], variables: readonly string[]): Document[] {
  const describe = describing(variables);
  const ordered: Document[] = [];
  for (const stage of stages) {
    ordered.push(stage);
    for (let at = ordered.length - 1; at > 0; at -= 1) {
      const [earlier, later] = [ordered[at - 1], ordered[at]];
      const pair = earlier && later && swapped(earlier, later, describe);
      if (!pair) break;
      ordered.splice(at - 1, 2, ...pair);
    }
  }
  return ordered;
}
