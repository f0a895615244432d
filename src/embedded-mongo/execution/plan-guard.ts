import { ErrorCode, MongoError } from '../errors.ts';
import { indexesOf, type Plan } from '../planner/plan.ts';
import type { Catalog, Collection } from '../storage/catalog.ts';
import type { TimeSlice } from './time-slice.ts';

/**
 * Ends a plan when what it reads is dropped: its tables are then emptied, so the results would be incomplete.
 */
export class PlanGuard {
  readonly #catalog: Catalog;
  readonly #collection: Collection;
  readonly #plan: Plan;
  readonly #slice: TimeSlice;
  #seenPauses: number;
  #indexes: ReadonlySet<number> | undefined;

  constructor(catalog: Catalog, collection: Collection, plan: Plan, slice: TimeSlice) {
    this.#catalog = catalog;
    this.#collection = collection;
    this.#plan = plan;
    this.#slice = slice;
    this.#seenPauses = slice.pauses;
  }

  /**
   * Whether others may have written since the last call because the command paused, here or in another of its
   * parts. Throws QueryPlanKilled (175).
   */
  hasPaused(): boolean {
    if (this.#seenPauses === this.#slice.pauses) return false;
    this.#seenPauses = this.#slice.pauses;
    const { ns, id, uuid } = this.#collection;
    const collection = this.#catalog.get(ns);
    if (collection?.id !== id) throw killed(`collection dropped. UUID ${uuid}`);
    this.#indexes ??= new Set(indexesOf(this.#plan.access));
    const left = collection.indexes.filter((index) => this.#indexes?.has(index.id));
    if (left.length < this.#indexes.size) throw killed('query plan killed :: index dropped');
    return true;
  }
}

const killed = (message: string): MongoError => new MongoError(ErrorCode.QueryPlanKilled, message);
