import type { Collection } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { readInOrder } from '../mongodb/read-in-order.ts';
import { rowSource } from './table/visitor-row.ts';

/**
 * The visitors with these ids, in the order of the ids, some at a time; those that no longer exist are left out.
 * @param signal aborts when nobody is waiting for them any more.
 */
export const inOrder = (
  visitors: Collection<Visitor>,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Visitor[]> => readInOrder(visitors, ids, { projection: rowSource, signal });
