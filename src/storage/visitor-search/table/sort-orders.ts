import type { VisitorSort } from '../../../domain/visitors/visitor-search.ts';
import { DateColumn } from '../../memory-table/date-column.ts';
import { RowRanks } from '../../memory-table/row-ranks.ts';
import type { FoundRows } from '../../memory-table/row-set.ts';
import { parts, type RowStore } from '../../memory-table/row-store.ts';
import type { SortKey } from '../../memory-table/sort-window.ts';
import type { VisitorRow } from './visitor-row.ts';

/** Which rows are wanted, of those in an order. */
export interface PageOfRows {
  readonly sort: VisitorSort;
  readonly offset: number;
  readonly limit: number;
}

/** Ranking some rows in one order, then in the next one, is quicker than each row in all orders. */
const rankedAtOnce = 512;

/** The places of `sortTexts` in a {@link VisitorRow}. */
const sortTexts = { name: 0, username: 1, phone: 2, lastPhone: 3, email: 4, lastEmail: 5 } as const;

/** What rows are sorted by: their texts, which are in a row store, and dates. Rows that are alike are sorted by id. */
export class SortOrders {
  readonly #rows: RowStore;
  readonly #ts = new DateColumn();
  readonly #lastChat = new DateColumn();
  readonly #ascending: Readonly<Record<VisitorSort['field'], RowRanks>>;
  readonly #descending: Readonly<Record<VisitorSort['field'], RowRanks>>;
  readonly #ranks: readonly RowRanks[];
  /** Rows that still have the rank of what they were sorted by before, if any. */
  #unranked: number[] = [];

  constructor(rows: RowStore) {
    this.#rows = rows;
    const { name, username, phone, lastPhone, email, lastEmail } = sortTexts;
    this.#ascending = {
      ts: new RowRanks(this.#dateKey(this.#ts)),
      'lastChat.ts': new RowRanks(this.#dateKey(this.#lastChat)),
      name: new RowRanks(this.#textKey(name)),
      username: new RowRanks(this.#textKey(username)),
      phone: new RowRanks(this.#textKey(phone)),
      'visitorEmails.address': new RowRanks(this.#textKey(email)),
    };
    // MongoDB sorts a list by its smallest member if ascending, by its greatest if descending.
    this.#descending = {
      ...this.#ascending,
      phone: new RowRanks(this.#textKey(lastPhone, phone)),
      'visitorEmails.address': new RowRanks(this.#textKey(lastEmail, email)),
    };
    this.#ranks = [...new Set([...Object.values(this.#ascending), ...Object.values(this.#descending)])];
  }

  /** How much memory the dates and ranks take. */
  get bytes(): number {
    return [this.#ts, this.#lastChat, ...this.#ranks].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Takes in what a row is sorted by; its texts are in the row store already. */
  set(row: number, { ts, lastChat }: VisitorRow): void {
    this.#ts.set(row, ts);
    this.#lastChat.set(row, lastChat);
    this.#unranked.push(row);
    if (this.#unranked.length === rankedAtOnce) this.#rankThese();
  }

  #rankThese(): void {
    for (const ranks of this.#ranks) for (const row of this.#unranked) ranks.rank(row);
    this.#unranked.length = 0;
  }

  /**
   * Ranks all rows anew in the orders in which many have been added or have moved. It yields whenever others may get
   * their turn.
   */
  *renewRanks(share?: number): Generator<void> {
    this.#rankThese();
    for (const ranks of this.#ranks) yield* ranks.renew(share);
  }

  /** Those of some rows that are on a page, in its order. It yields whenever others may get their turn. */
  *page(
    found: FoundRows,
    { sort: { field, direction }, offset, limit }: PageOfRows,
  ): Generator<void, Uint32Array> {
    this.#rankThese();
    const ranks = (direction === 1 ? this.#ascending : this.#descending)[field];
    return yield* ranks.page(found, { direction, offset, limit });
  }

  #dateKey(dates: DateColumn): SortKey {
    return (row, depth) =>
      depth === 0 ? dates.at(row) : this.#rows.sixBytes(row, parts.id, (depth - 1) * 6);
  }

  /** @param otherwise what is sorted by instead if the text is empty. */
  #textKey(sortText: number, otherwise = sortText): SortKey {
    const rows = this.#rows;
    const [wanted, substitute] = [parts.firstSortText + sortText, parts.firstSortText + otherwise];
    const isSame = wanted === substitute;
    return (row, depth) => {
      const part = isSame || rows.lengthOf(row, wanted) > 0 ? wanted : substitute;
      return rows.sixBytesOrId(row, part, depth);
    };
  }
}
