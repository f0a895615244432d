import { ErrorCode, MongoError } from '../errors.ts';
import { indexesOf, type Plan } from '../planner/plan.ts';
import type { Catalog, Collection } from '../storage/catalog.ts';
import type { TimeSlice } from './time-slice.ts';

/** Ends a plan when what it reads is dropped: its tables are emptied then, and it would give a part for the whole. */
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
   * Whether others may have written since it was last asked, because the command paused in this part or another.
   * Throws QueryPlanKilled (175).
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
