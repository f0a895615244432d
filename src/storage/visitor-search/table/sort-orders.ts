import type { VisitorSort } from '../../../domain/visitors/visitor-search.ts';
import { Column } from '../../memory-table/column.ts';
import { parts, type RowStore } from '../../memory-table/row-store.ts';
import { RowRanks } from './row-ranks.ts';
import { type SortKey, sortWindow } from '../../memory-table/sort-window.ts';
import type { VisitorRow } from './visitor-row.ts';

/** An order that rows can be sorted in; the descending one is its reverse. */
interface Order {
  readonly keyOf: SortKey;
  readonly ranks: RowRanks;
}

/** Which rows are wanted, of those in an order. */
export interface PageOfRows {
  readonly sort: VisitorSort;
  readonly offset: number;
  readonly limit: number;
}

/** Ranking some rows in one order, then in the next one, is quicker than each row in all orders. */
const rankedAtOnce = 512;

const makeDates = (length: number) => new Float64Array(length);

/** The places of `sortTexts` in a {@link VisitorRow}. */
const sortTexts = { name: 0, username: 1, phone: 2, lastPhone: 3, email: 4, lastEmail: 5 } as const;

/** What rows are sorted by: their texts, which are in a row store, and dates. Rows that are alike are sorted by id. */
export class SortOrders {
  readonly #rows: RowStore;
  readonly #ts = new Column(makeDates);
  readonly #lastChat = new Column(makeDates);
  readonly #ascending: Readonly<Record<VisitorSort['field'], Order>>;
  readonly #descending: Readonly<Record<VisitorSort['field'], Order>>;
  readonly #ranks: readonly RowRanks[];
  /** Rows that still have the rank of what they were sorted by before, if any. */
  #unranked: number[] = [];

  constructor(rows: RowStore) {
    this.#rows = rows;
    const { name, username, phone, lastPhone, email, lastEmail } = sortTexts;
    this.#ascending = {
      ts: orderBy(this.#dateKey(this.#ts)),
      'lastChat.ts': orderBy(this.#dateKey(this.#lastChat)),
      name: orderBy(this.#textKey(name)),
      username: orderBy(this.#textKey(username)),
      phone: orderBy(this.#textKey(phone)),
      'visitorEmails.address': orderBy(this.#textKey(email)),
    };
    // MongoDB sorts a list by its smallest member if ascending, by its greatest if descending.
    this.#descending = {
      ...this.#ascending,
      phone: orderBy(this.#textKey(lastPhone, phone)),
      'visitorEmails.address': orderBy(this.#textKey(lastEmail, email)),
    };
    const orders = [...Object.values(this.#ascending), ...Object.values(this.#descending)];
    this.#ranks = [...new Set(orders.map(({ ranks }) => ranks))];
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
  *renewRanks(): Generator<void> {
    this.#rankThese();
    for (const ranks of this.#ranks) yield* ranks.renew();
  }

  /** Those of some rows that are on a page, in its order. It yields whenever others may get their turn. */
  *page(rows: Uint32Array, { sort, offset, limit }: PageOfRows): Generator<void, Uint32Array> {
    const { field, direction } = sort;
    this.#rankThese();
    const { keyOf, ranks } = (direction === 1 ? this.#ascending : this.#descending)[field];
    const first = Math.min(offset, rows.length);
    const behind = Math.min(offset + limit, rows.length);
    const [from, to] = direction === 1 ? [first, behind] : [rows.length - behind, rows.length - first];
    const near = yield* ranks.nearPage(rows, from, to);
    yield* sortWindow(near.rows, keyOf, from - near.before, to - near.before);
    const page = near.rows.subarray(from - near.before, to - near.before);
    return direction === 1 ? page : page.reverse();
  }

  #dateKey(dates: Column<Float64Array>): SortKey {
    return (row, depth) => (depth === 0 ? dates.at(row) : this.#idKey(row, depth - 1));
  }

  /** @param otherwise what is sorted by instead if the text is empty. */
  #textKey(sortText: number, otherwise = sortText): SortKey {
    const rows = this.#rows;
    const [wanted, substitute] = [parts.firstSortText + sortText, parts.firstSortText + otherwise];
    const isSame = wanted === substitute;
    return (row, depth) => {
      const part = isSame || rows.lengthOf(row, wanted) > 0 ? wanted : substitute;
      const six = rows.sixBytes(row, part, depth * 6);
      return six === -1 ? this.#idKey(row, depth - Math.floor(rows.lengthOf(row, part) / 6) - 1) : six;
    };
  }

  #idKey(row: number, depth: number): number {
    return this.#rows.sixBytes(row, parts.id, depth * 6);
  }
}

const orderBy = (keyOf: SortKey): Order => ({ keyOf, ranks: new RowRanks(keyOf) });
