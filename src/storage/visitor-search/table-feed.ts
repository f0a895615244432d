import { isDeepStrictEqual } from 'node:util';
import type { Collection } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { type RowRules, rowSource, visitorRow } from './table/visitor-row.ts';
import { VisitorTable } from './table/visitor-table.ts';
import { inSlices } from './time-slices.ts';

/** How many visitors are read at a time. */
const batchSize = 500;
/** A table takes no more visitors, which would be about a gigabyte; searches then say that they are partial. */
const mostVisitors = 4_000_000;
/** Rows of no use are put up with until there are as many as of use, and so many besides. */
const unusedRowsAtLeast = 50_000;

/** A table that is being filled with all visitors in the order of their ids, or has been. */
interface Generation {
  readonly table: VisitorTable;
  readonly rules: RowRules;
  /** The last visitor that was read; undefined when all have been. */
  cursor: string | undefined;
  isWhole: boolean;
}

const newGeneration = (rules: RowRules): Generation => ({
  table: new VisitorTable(),
  rules,
  cursor: '',
  isWhole: true,
});

/**
 * Fills the table with all visitors, and reads visitors again of whom it is told. Each reading is taken over before the
 * next begins, so that an older state never replaces a newer one.
 */
export class TableFeed {
  readonly #visitors: Collection<Visitor>;
  #current: Generation;
  /** What is being filled to replace the current one. */
  #next: Generation | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting: (() => void)[] = [];

  constructor(visitors: Collection<Visitor>, rules: RowRules) {
    this.#visitors = visitors;
    this.#current = newGeneration(rules);
  }

  /** What to search. */
  get table(): VisitorTable {
    return this.#current.table;
  }

  /** Whether the table has all visitors. */
  get isWhole(): boolean {
    return this.#current.cursor === undefined && this.#current.isWhole;
  }

  get isFilling(): boolean {
    return this.#filling !== undefined;
  }

  /** How many visitors have been read since filling began. */
  get filledCount(): number {
    return (this.#next ?? this.#current).table.count;
  }

  /** Resolves when no table is being filled. */
  whenFilled(): Promise<void> {
    if (!this.isFilling) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Begins a new table if the rules are others now, or if too much of it is of no use. */
  check(rules: RowRules): void {
    const { table, rules: known } = this.#next ?? this.#current;
    if (!isDeepStrictEqual(known, rules)) {
      this.#next = undefined;
      this.#current = newGeneration(rules);
    } else if (!this.isFilling && table.unusedRows > table.count + unusedRowsAtLeast)
      this.#next = newGeneration(rules);
  }

  /** Reads visitors again. */
  async refresh(ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += batchSize) {
      const batch = ids.slice(start, start + batchSize);
      await this.#inTurn(async () => {
        const found = await this.#read({ _id: { $in: batch } });
        for (const each of this.#generations) await inSlices(takeOver(each, batch, found));
      });
    }
  }

  /** Reads the next visitors into the table that is being filled, if one is. */
  fillNext(): Promise<void> {
    return this.#inTurn(async () => {
      const filling = this.#filling;
      if (filling?.cursor === undefined) return;
      const found = await this.#read({ _id: { $gt: filling.cursor } }, batchSize);
      await inSlices(takeOver(filling, [...found.keys()], found));
      const ids = [...found.keys()];
      filling.cursor = ids.length < batchSize ? undefined : ids.at(-1);
      if (filling.cursor === undefined) this.#filled();
    });
  }

  /**
   * Compares the next visitors after an id with the table.
   * @returns the last of them; undefined if there are no more.
   */
  async compareFrom(cursor: string): Promise<string | undefined> {
    const found = await this.#read({ _id: { $gt: cursor } }, batchSize);
    const ids = [...found.keys()];
    await this.refresh(ids);
    return ids.length < batchSize ? undefined : ids.at(-1);
  }

  get #filling(): Generation | undefined {
    if (this.#next) return this.#next;
    return this.#current.cursor === undefined ? undefined : this.#current;
  }

  get #generations(): Generation[] {
    return this.#next ? [this.#current, this.#next] : [this.#current];
  }

  #filled(): void {
    if (this.#next) [this.#current, this.#next] = [this.#next, undefined];
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }

  async #read(filter: object, limit = 0): Promise<Map<string, Visitor>> {
    const found = await this.#visitors
      .find(filter, { projection: rowSource, sort: { _id: 1 }, limit, batchSize: batchSize + 1 })
      .toArray();
    return new Map(found.map((visitor) => [visitor._id, visitor]));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function* takeOver(
  generation: Generation,
  ids: readonly string[],
  found: ReadonlyMap<string, Visitor>,
): Generator<void> {
  const { table, rules } = generation;
  for (const id of ids) {
    const visitor = found.get(id);
    if (visitor === undefined || visitor.disabled === true) table.remove(id);
    else if (table.count < mostVisitors || table.has(id)) table.put(visitorRow(visitor, rules));
    else generation.isWhole = false;
    yield;
  }
}
