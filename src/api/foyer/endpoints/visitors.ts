import { query } from 'express-validator';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import {
  browsePresent,
  type LiveOrder,
  type LivePosition,
  liveOrders,
} from '../../../domain/visits/browse-present.ts';
import type { PresentVisitorsDeps } from '../../../domain/visits/present-visitors.ts';
import { type VisitState, visitStates } from '../../../domain/visits/visit-state.ts';
import { cursorOf, partsOfCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { presentLiveVisitor } from '../present-visitor.ts';
import { Problem } from '../problem.ts';

interface Asked {
  readonly state?: VisitState;
  readonly page?: string;
  readonly country?: string;
  readonly department?: string;
  readonly text?: string;
  readonly sort?: LiveOrder;
  readonly cursor?: string;
  readonly count?: number;
}

const optionalText = (name: string, max: number) =>
  query(name).optional().isString().bail().isLength({ max });

const accepted = validated<Asked>(
  query('state').optional().isString().bail().isIn(visitStates),
  optionalText('page', maxLengths.searchTerm),
  optionalText('country', maxLengths.name),
  optionalText('department', maxLengths.id),
  optionalText('text', maxLengths.searchTerm),
  query('sort').optional().isString().bail().isIn(liveOrders),
  optionalText('cursor', maxLengths.word),
  query('count').optional().isString().bail().isInt({ min: 1, max: 100 }).toInt(),
);

/** `GET visitors`: those who are on the site now. */
export const visitors = (deps: PresentVisitorsDeps) =>
  endpoint({
    operationId: 'foyer-visitors',
    method: 'get',
    path: '/visitors',
    takesTurns: true,
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ department, sort: order = 'startedAt', cursor, count = 50, ...filter }) => {
      const departmentIds =
        department === undefined ? undefined : [department === 'none' ? null : department];
      const after = cursor === undefined ? undefined : positionIn(cursor, order);
      const page = { filter: { ...filter, departmentIds }, order, after, count };
      const { visitors: present, next } = await browsePresent(deps, page);
      return {
        visitors: present.map(presentLiveVisitor),
        next: next ? cursorOf(order, next.value, next.number) : null,
      };
    },
  });

/** @throws {Problem} 400 if the cursor does not come from this list in this order. */
function positionIn(cursor: string, order: LiveOrder): LivePosition {
  const [sortedBy, value, number] = partsOfCursor(cursor) ?? [];
  if (sortedBy === order && typeof value === 'number' && typeof number === 'number') return { value, number };
  const message = 'is not from this list in this order';
  throw new Problem(400, 'invalid-input', { errors: [{ in: 'query', field: 'cursor', message }] });
}
