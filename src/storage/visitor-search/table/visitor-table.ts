import { Column } from '../../memory-table/column.ts';
import { type FoundPostings, GramIndex, isOneGram } from '../../memory-table/gram-index.ts';
import { HashIndex, hashOf } from '../../memory-table/hash-index.ts';
import { PostingMemory } from '../../memory-table/posting-memory.ts';
import { Postings } from '../../memory-table/postings.ts';
import { RowSet, SpareFlags } from '../../memory-table/row-set.ts';
import { parts, RowStore } from '../../memory-table/row-store.ts';
import { inParts } from '../../memory-table/time-slices.ts';
import type { FoundIds } from '../../memory-table/verified-page.ts';
import { type PageOfRows, SortOrders } from './sort-orders.ts';
import type { VisitorRow } from './visitor-row.ts';

/** Which rows to find, and how much of them. */
export interface TableQuery extends PageOfRows {
  /** Case-folded; rows with a text that contains it are found, and all rows if it is empty. */
  readonly term: string;
  /** Whether to find only those whose name begins with the term. */
  readonly isNamePrefix?: boolean;
  /** Rows are found by these as a whole, too. */
  readonly exact?: readonly string[];
  /** Further visitors to find. */
  readonly alsoIds?: readonly string[];
}

/** What a row is: `free` until it is written, and again when its visitor is gone or has another row. */
const states = { free: 0, named: 1, nameless: 2 } as const;

/**
 * What enabled visitors are found and sorted by, in memory: an index of the grams of their texts, and their sort
 * values. A visitor whose texts change gets another row, since postings only ever grow at their end.
 */
export class VisitorTable {
  /** Names and usernames are searched in where they are to be sorted by. */
  readonly #rows = new RowStore(2);
  readonly #grams = new GramIndex();
  readonly #ids = new HashIndex();
  readonly #exact = new HashIndex();
  readonly #fields = new Map<string, Postings>();
  readonly #fieldMemory = new PostingMemory();
  /** Of what each row is found by. */
  readonly #signatures = new Column();
  readonly #states = new Column();
  readonly #orders = new SortOrders(this.#rows);
  readonly #spareFlags = new SpareFlags();
  /** Visitors with too much text to be indexed. */
  readonly #long = new Set<string>();
  #end = 0;
  #count = 0;

  /** How much memory it takes. */
  get bytes(): number {
    const indexes = [this.#grams, this.#ids, this.#exact, this.#fieldMemory];
    const values = [this.#rows, this.#orders, this.#signatures, this.#states];
    return [...indexes, ...values].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many visitors it has. */
  get count(): number {
    return this.#count;
  }

  /** How many rows are of no use any more. */
  get unusedRows(): number {
    return this.#end - this.#count;
  }

  /** The visitors with too much text; they are found by nothing but their ids and what is found as a whole. */
  get longIds(): readonly string[] {
    return [...this.#long];
  }

  has(id: string): boolean {
    return this.#rowOf(id) !== undefined;
  }

  /** Takes in a visitor as they are now. */
  put(row: VisitorRow): void {
    const known = this.#rowOf(row.id);
    if (row.isLong) this.#long.add(row.id);
    else this.#long.delete(row.id);
    const isAlike = known !== undefined && this.#signatures.at(known) === row.signature;
    const stays = isAlike && this.#rows.holds(known, row);
    if (known !== undefined && !stays) this.#free(known);
    const position = stays ? known : this.#append(row);
    this.#orders.set(position, row);
  }

  /** Forgets a visitor. */
  remove(id: string): void {
    const row = this.#rowOf(id);
    if (row !== undefined) this.#free(row);
    this.#long.delete(id);
  }

  /** The ids of visitors from a row on, some at a time; undefined behind the last row. */
  idsFrom(row: number, limit: number): { readonly ids: string[]; readonly next: number } | undefined {
    if (row >= this.#end) return undefined;
    const next = Math.min(this.#end, row + limit);
    const ids: string[] = [];
    for (let each = row; each < next; each += 1) if (this.#isUsed(each)) ids.push(this.#idOf(each));
    return { ids, next };
  }

  /** Finds visitors. It yields whenever others may get their turn. */
  *find(query: TableQuery): Generator<void, FoundIds> {
    const found = new RowSet(this.#end, this.#spareFlags);
    yield* this.#addMatching(found, query);
    const rows = yield* found.passing(this.#isUsed);
    const page = yield* this.#orders.page(rows, query);
    const ids = [...page].map(this.#idOf);
    found.free();
    return { ids, total: rows.count };
  }

  /**
   * Prepares sorting for the rows that have been added or have moved, once they are many. It yields whenever others may
   * get their turn.
   */
  renewRanks(share?: number): Generator<void> {
    return this.#orders.renewRanks(share);
  }

  /**
   * The ids of visitors with a text that contains the term, in no order; all those at once who are in a posting block.
   */
  *candidates(term: string): Generator<string[]> {
    for (const postings of this.#grams.find(term)) yield* this.#usedIds(postings, term);
  }

  /** The ids of visitors who are found by one of the keys as a whole. */
  withExact(keys: readonly string[]): string[] {
    const rows = keys.flatMap((key) => [...this.#exact.positions(hashOf(key))].filter(this.#isUsed));
    return [...new Set(rows)].map(this.#idOf);
  }

  /** The ids of visitors who have a value in a custom field. */
  *withField(fieldId: string): Generator<string[]> {
    const postings = this.#fields.get(fieldId);
    if (postings) yield* this.#usedIds(postings, '');
  }

  *#usedIds(postings: FoundPostings, term: string): Generator<string[]> {
    const fits = isOneGram(term) ? () => true : this.#rows.containing(term);
    for (const block of postings.blocks()) {
      const rows = block.filter((row) => this.#isUsed(row) && fits(row));
      yield [...rows].map((row) => this.#idOf(row));
    }
  }

  /** Adds the rows that a query finds, of which some may be of no use any more. */
  *#addMatching(
    found: RowSet,
    { term, isNamePrefix = false, exact = [], alsoIds = [] }: TableQuery,
  ): Generator<void> {
    if (term === '' && !isNamePrefix) found.addAll();
    if (term === '' && isNamePrefix) yield* this.#addNamed(found);
    for (const key of exact.map(hashOf)) for (const row of this.#exact.positions(key)) found.add(row);
    for (const id of alsoIds) {
      const row = this.#rowOf(id);
      if (row !== undefined) found.add(row);
    }
    const fits = this.#testFor(term, isNamePrefix);
    const isCertain = isOneGram(term) && !isNamePrefix;
    for (const postings of this.#grams.find(term)) {
      if (isCertain) found.addPostings(postings);
      else yield* this.#addFitting(postings, found, fits);
      yield;
    }
  }

  *#addNamed(found: RowSet): Generator<void> {
    yield* inParts(this.#end, (from, to) => {
      for (let row = from; row < to; row += 1) if (this.#states.at(row) === states.named) found.add(row);
    });
  }

  *#addFitting(postings: FoundPostings, found: RowSet, fits: (row: number) => boolean): Generator<void> {
    for (const block of postings.blocks()) {
      for (const row of block) if (!found.has(row) && this.#isUsed(row) && fits(row)) found.add(row);
      yield;
    }
  }

  #testFor(term: string, isNamePrefix: boolean): (row: number) => boolean {
    if (!isNamePrefix) return this.#rows.containing(term);
    const begins = this.#rows.beginningWith(term);
    return (row) => this.#states.at(row) === states.named && begins(row);
  }

  #append(row: VisitorRow): number {
    const position = this.#end;
    this.#end += 1;
    this.#count += 1;
    this.#states.set(position, row.hasName ? states.named : states.nameless);
    this.#rows.write(position, row);
    this.#ids.add(hashOf(row.id), position);
    this.#signatures.set(position, row.signature);
    for (const key of row.exact) this.#exact.add(hashOf(key), position);
    for (const text of row.texts) this.#grams.add(text, position);
    for (const id of row.fieldIds) this.#postingsOfField(id).add(position);
    return position;
  }

  #postingsOfField(id: string): Postings {
    const known = this.#fields.get(id) ?? new Postings(this.#fieldMemory);
    this.#fields.set(id, known);
    return known;
  }

  #rowOf(id: string): number | undefined {
    for (const row of this.#ids.positions(hashOf(id)))
      if (this.#isUsed(row) && this.#idOf(row) === id) return row;
    return undefined;
  }

  readonly #isUsed = (row: number): boolean => this.#states.at(row) !== states.free;
  readonly #idOf = (row: number): string => this.#rows.textOf(row, parts.id);

  #free(row: number): void {
    this.#states.set(row, states.free);
    this.#count -= 1;
  }
}
