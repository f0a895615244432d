import { isDeepStrictEqual } from 'node:util';
import type { Collection } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { inPatientSlices, inSlices } from '../memory-table/time-slices.ts';
import { decoded, findUndecoded } from '../mongodb/undecoded.ts';
import { type RowRules, rowSource, visitorRow } from './table/visitor-row.ts';
import { VisitorTable } from './table/visitor-table.ts';

/** How many visitors are read at a time; the database does so at once, while others wait for it. */
const batchSize = 250;
/** A table takes no more visitors, which would be about 400 MB; searches then say that they are partial. */
const mostVisitors = 4_000_000;
/** Rows of no use are put up with until there are as many as of use, and so many besides. */
const unusedRowsAtLeast = 50_000;

/** Of so many visitors, as parts of all, ranking anew is worth it: while more come at once, and while they come one by one. */
const manyShare = { filling: 1 / 2, following: 1 / 8 } as const;

/** A table that is being filled with all visitors in the order of their ids, or has been. */
interface Generation {
  readonly table: VisitorTable;
  readonly rules: RowRules;
  /** The last visitor that was read; undefined when all have been. */
  cursor: string | undefined;
  isWhole: boolean;
  readonly beganAtMs: number;
}

/** Visitors who are read while those before them are taken over. */
interface ReadAhead {
  readonly generation: Generation;
  readonly cursor: string;
  readonly found: Promise<readonly Uint8Array[]>;
}

const newGeneration = (rules: RowRules): Generation => ({
  table: new VisitorTable(),
  rules,
  cursor: '',
  isWhole: true,
  beganAtMs: performance.now(),
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
  #ahead: ReadAhead | undefined;
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

  /** For how long, in milliseconds, the table has been without those who are still to be read; 0 if it has all. */
  get incompleteForMs(): number {
    const { cursor, beganAtMs } = this.#current;
    return cursor === undefined ? 0 : performance.now() - beganAtMs;
  }

  /** Resolves when all visitors have been read into the table. */
  whenFilled(): Promise<void> {
    if (this.#current.cursor === undefined) return Promise.resolve();
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
        // What was read ahead may be older than what is read now.
        this.#ahead = undefined;
        const found = await this.#read({ _id: { $in: batch } });
        for (const each of this.#generations) await inSlices(takeOver(each, found, batch));
      });
    }
  }

  /** Reads the next visitors into the table that is being filled, if one is. */
  fillNext(): Promise<void> {
    return this.#inTurn(async () => {
      const filling = this.#filling;
      if (filling?.cursor === undefined) return;
      const ahead = this.#ahead;
      this.#ahead = undefined;
      const isOfUse = ahead?.generation === filling && ahead.cursor === filling.cursor;
      const found = await (isOfUse ? ahead.found : this.#readAfter(filling.cursor));
      const next = found.length < batchSize ? undefined : lastIdOf(found);
      if (next !== undefined) this.#ahead = this.#beginReading(filling, next);
      await inPatientSlices(takeOver(filling, found));
      filling.cursor = next;
      if (next === undefined) this.#filled();
    });
  }

  /** Keeps sorting quick where many visitors have been taken over since the last call. */
  async renewRanks(): Promise<void> {
    const share = this.isFilling ? manyShare.filling : manyShare.following;
    for (const { table } of this.#generations) await inPatientSlices(table.renewRanks(share));
  }

  /**
   * Compares so many visitors after an id with the table.
   * @returns the last of them; undefined if there are no more.
   */
  async compareFrom(cursor: string, limit: number): Promise<string | undefined> {
    const options = { projection: { _id: 1 }, sort: { _id: 1 }, limit, batchSize: limit + 1 } as const;
    const found = await this.#visitors.find({ _id: { $gt: cursor } }, options).toArray();
    const ids = found.map(({ _id }) => _id);
    await this.refresh(ids);
    return ids.length < limit ? undefined : ids.at(-1);
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

  #beginReading(generation: Generation, cursor: string): ReadAhead {
    const found = this.#readAfter(cursor);
    // It fails whoever waits for it, if anybody does.
    found.catch(() => undefined);
    return { generation, cursor, found };
  }

  #readAfter(cursor: string): Promise<readonly Uint8Array[]> {
    return this.#read({ _id: { $gt: cursor } }, batchSize);
  }

  #read(filter: object, limit = 0): Promise<readonly Uint8Array[]> {
    const options = { projection: rowSource, sort: { _id: 1 }, limit, batchSize: batchSize + 1 } as const;
    return findUndecoded(this.#visitors, filter, options).toArray();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function lastIdOf(found: readonly Uint8Array[]): string | undefined {
  const [last] = decoded<Visitor>(found.slice(-1));
  return last?._id;
}

/** Takes over what was found of the visitors that were asked for by id, if any were; the others are gone. */
function* takeOver(
  generation: Generation,
  found: readonly Uint8Array[],
  asked: readonly string[] = [],
): Generator<void> {
  const { table, rules } = generation;
  const gone = new Set(asked);
  for (const visitor of decoded<Visitor>(found)) {
    const { _id: id, disabled } = visitor;
    gone.delete(id);
    if (disabled === true) table.remove(id);
    else if (table.count < mostVisitors || table.has(id)) table.put(visitorRow(visitor, rules));
    else generation.isWhole = false;
    yield;
  }
  for (const id of gone) table.remove(id);
}
