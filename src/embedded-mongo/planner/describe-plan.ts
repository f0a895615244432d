import type { IndexScan } from './index-scan.ts';
import type { Access, Plan } from './plan.ts';

/** A stage of a plan, as `explain` shows it. */
export interface Stage {
  readonly stage: string;
  readonly inputStage?: Stage;
  readonly inputStages?: readonly Stage[];
  readonly [detail: string]: unknown;
}

function scanStage(scan: IndexScan, isReverse: boolean): Stage {
  const { index } = scan;
  const multiKeyPaths = Object.fromEntries(
    index.fields.map(({ path }) => [
      path,
      [...index.arrayPaths].filter((array) => path === array || path.startsWith(`${array}.`)),
    ]),
  );
  return {
    stage: 'IXSCAN',
    keyPattern: index.spec.key,
    indexName: index.name,
    isMultiKey: index.arrayPaths.size > 0,
    multiKeyPaths,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partial !== undefined,
    indexVersion: 2,
    direction: isReverse ? 'backward' : 'forward',
    ranges: scan.ranges.length,
  };
}

function accessStage(access: Access, needsFetch: boolean): Stage {
  switch (access.kind) {
    case 'eof':
      return { stage: 'EOF' };
    case 'collection':
      return { stage: 'COLLSCAN', direction: access.isReverse ? 'backward' : 'forward' };
    case 'index': {
      const scan = scanStage(access.scan, access.order.isReverse);
      return needsFetch ? { stage: 'FETCH', inputStage: scan } : scan;
    }
    case 'union': {
      const inputStages = access.branches.map((branch) => accessStage(branch, false));
      const or = { stage: 'OR', inputStages };
      return needsFetch ? { stage: 'FETCH', inputStage: or } : or;
    }
    case 'orderedUnion': {
      const inputStages = access.branches.map((branch) => accessStage(branch, false));
      const merge = { stage: 'SORT_MERGE', inputStages };
      return needsFetch ? { stage: 'FETCH', inputStage: merge } : merge;
    }
  }
}

/** The stages of a plan, last one first. */
export function stagesOf(
  plan: Plan,
  wanted: { skip: number; limit: number; top: string | undefined; isCount: boolean },
): Stage {
  let stage = accessStage(plan.access, !wanted.isCount || plan.residual !== undefined);
  if (plan.needsSort) stage = { stage: 'SORT', inputStage: stage };
  if (wanted.skip > 0) stage = { stage: 'SKIP', skipAmount: wanted.skip, inputStage: stage };
  if (Number.isFinite(wanted.limit) && wanted.top === undefined) {
    stage = { stage: 'LIMIT', limitAmount: wanted.limit, inputStage: stage };
  }
  return wanted.top === undefined ? stage : { stage: wanted.top, inputStage: stage };
}
