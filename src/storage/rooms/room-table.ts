import { customFieldValue } from '../../domain/custom-fields/custom-field.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { Period } from '../../domain/rooms/room-search.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import { Column } from '../memory-table/column.ts';
import { DateColumn, millisecondsOf } from '../memory-table/date-column.ts';
import { firstRows } from '../memory-table/first-rows.ts';
import { HashIndex, hashOf } from '../memory-table/hash-index.ts';
import { RowRanks } from '../memory-table/row-ranks.ts';
import { type FoundRows, RowSet, SpareFlags } from '../memory-table/row-set.ts';
import { parts } from '../memory-table/row-store.ts';
import { SharedLabels } from '../memory-table/shared-labels.ts';
import { pauseRows, type SortKey, sortWindow } from '../memory-table/sort-window.ts';
import { TextColumn } from '../memory-table/text-column.ts';
import type { FoundIds } from '../memory-table/verified-page.ts';
import type { MemoryTable } from '../text-search/held-table.ts';

/** The fields of a room that its row is made from. */
export const roomFields = (customFields: readonly string[]): string[] => [
  ...['t', 'fname', 'ts', 'closedAt', 'lm', 'open', 'onHold', 'departmentId', 'tags'],
  ...['servedBy._id', 'servedBy.username'],
  ...customFields.map((field) => `livechatData.${field}`),
];

/** What is true of a room, as bits. */
export const roomStates = {
  /** `open` is true. */
  open: 1,
  /** It has `open`, whatever that is. */
  hasOpen: 2,
  onHold: 4,
  served: 8,
} as const;
const { open, hasOpen, onHold, served } = roomStates;
/** A row that a room has, and not one that is free. */
const used = 128;

/** The fields that rooms are sorted by here. */
export type RoomSortField = 'ts' | 'closedAt' | 'lm' | 'fname';

/** Which rooms to find, and how much of them. All conditions have to be met; of a list, one member. */
export interface RoomTableQuery {
  /** A part of the name, ignoring case. */
  readonly namePart?: string | undefined;
  /** Parts of custom fields that the table has, ignoring case. */
  readonly customFields: Readonly<Record<string, string>>;
  /** The whole name. */
  readonly name?: string | undefined;
  /** Ids or usernames of who serves them. */
  readonly agents?: readonly string[] | undefined;
  readonly departments?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly openedIn?: Period | undefined;
  readonly closedIn?: Period | undefined;
  /** The states that they have, and those that they have not. */
  readonly states: { readonly all: number; readonly none: number };
  readonly sort: { readonly field: RoomSortField; readonly direction: 1 | -1 };
  readonly offset: number;
  readonly limit: number;
}

type PageOfRooms = Pick<RoomTableQuery, 'sort' | 'offset' | 'limit'>;
type Conditions = Omit<RoomTableQuery, keyof PageOfRooms>;
type Condition = (row: number) => boolean;

const { firstSortText } = parts;
/** Of longer texts, only the beginning is searched in. */
const longestText = 20_000;
/** Stands between the texts of a list; people search for none that contains it. */
const separator = '\0';

/**
 * What livechat rooms are found and sorted by, in memory: the grams of their names and of some custom fields, and a
 * column for each of the other things that lists ask for. A room whose texts change gets another row, since postings
 * only ever grow at their end.
 */
export class RoomTable implements MemoryTable<Room> {
  /** Names are searched in where they are to be sorted by. */
  readonly #names = new TextColumn(1);
  readonly #nameRanks = new RowRanks((row, depth) =>
    this.#names.rows.sixBytesOrId(row, firstSortText, depth),
  );
  readonly #customFields: ReadonlyMap<string, TextColumn>;
  readonly #ids = new HashIndex();
  readonly #states = new Column();
  readonly #ts = new DateColumn();
  readonly #closedAt = new DateColumn();
  readonly #lm = new DateColumn();
  readonly #agents = new SharedLabels();
  readonly #departments = new SharedLabels();
  readonly #tags = new SharedLabels();
  readonly #spareFlags = new SpareFlags();
  #end = 0;
  #count = 0;

  /** @param customFields the custom fields that rooms are to be found by. */
  constructor(customFields: readonly string[]) {
    this.#customFields = new Map(customFields.map((field) => [field, new TextColumn()]));
  }

  get bytes(): number {
    const texts = [this.#names, ...this.#customFields.values()];
    const labels = [this.#agents, this.#departments, this.#tags];
    const columns = [this.#nameRanks, this.#states, this.#ts, this.#closedAt, this.#lm];
    return [this.#ids, ...texts, ...labels, ...columns].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many rooms it has. */
  get count(): number {
    return this.#count;
  }

  put(room: Room): void {
    if (room.t === 'l') this.#putLivechat(room);
    else this.remove(room._id);
  }

  #putLivechat(room: Room): void {
    const { servedBy, departmentId, tags } = room;
    const row = this.#rowFor(room);
    this.#states.set(row, used | statesOf(room));
    this.#ts.set(row, millisecondsOf(room.ts));
    this.#closedAt.set(row, millisecondsOf(room.closedAt));
    this.#lm.set(row, millisecondsOf(room.lm));
    this.#agents.set(row, textsIn([servedBy?._id, servedBy?.username]));
    this.#departments.set(row, textsIn([departmentId]));
    this.#tags.set(row, textsIn([tags].flat()));
  }

  remove(id: string): void {
    const row = this.#rowOf(id);
    if (row !== undefined) this.#free(row);
  }

  /** The ids of rooms from a row on, some at a time; undefined behind the last row. */
  idsFrom(row: number, limit: number): { readonly ids: string[]; readonly next: number } | undefined {
    if (row >= this.#end) return undefined;
    const next = Math.min(this.#end, row + limit);
    const rows = Array.from({ length: next - row }, (_, index) => row + index);
    return { ids: rows.filter(this.#isUsed).map(this.#idOf), next };
  }

  /** Keeps sorting by names quick. It yields whenever others may get their turn. */
  renewRanks(): Generator<void> {
    return this.#nameRanks.renew();
  }

  /** Finds rooms. It yields whenever others may get their turn. */
  *find({ sort, offset, limit, ...query }: RoomTableQuery): Generator<void, FoundIds> {
    const found = new RowSet(this.#end, this.#spareFlags);
    yield* this.#addMatching(found, query);
    const rows = yield* found.passing(this.#isUsed);
    const page = yield* this.#page(rows, { sort, offset, limit });
    const ids = [...page].map(this.#idOf);
    found.free();
    return { ids, total: rows.count };
  }

  *#addMatching(found: RowSet, conditions: Conditions): Generator<void> {
    const texts = this.#textsIn(conditions);
    const tests = [...this.#testsFor(conditions), ...this.#textTests(texts)];
    for (const rows of this.#candidates(texts)) {
      for (const row of rows) if (!found.has(row) && tests.every((passes) => passes(row))) found.add(row);
      yield;
    }
  }

  /** The columns to look for texts in, and the case-folded text to look for in each; the first one is to be found by. */
  #textsIn({ namePart, name, customFields }: Conditions): [TextColumn, string][] {
    const part = name ?? namePart;
    const inNames: [TextColumn, string][] = part === undefined ? [] : [[this.#names, folded(part)]];
    const inFields = [...this.#customFields].flatMap(([field, column]): [TextColumn, string][] => {
      const text = customFieldValue(customFields, field);
      return typeof text === 'string' ? [[column, folded(text)]] : [];
    });
    return [...inNames, ...inFields];
  }

  #textTests(texts: readonly [TextColumn, string][]): Condition[] {
    return texts.flatMap(([column, part], index) =>
      index === 0 && column.areCertain(part) ? [] : [column.having(part)],
    );
  }

  /** Rows that may match, some at a time, and some of them several times. */
  *#candidates([first]: readonly [TextColumn, string][]): Generator<Uint32Array> {
    if (first) return yield* first[0].candidates(first[1]);
    const block = new Uint32Array(pauseRows);
    for (let from = 0; from < this.#end; from += pauseRows) {
      for (let index = 0; index < pauseRows; index += 1) block[index] = from + index;
      yield block;
    }
  }

  #testsFor({ name, agents, departments, tags, openedIn, closedIn, states }: Conditions): Condition[] {
    const [looked, expected] = [used | states.all | states.none, used | states.all];
    const tests: Condition[] = [(row) => (this.#states.at(row) & looked) === expected];
    if (departments) tests.push(this.#departments.withAny(departments));
    if (agents) tests.push(this.#agents.withAny(agents));
    if (tags) tests.push(this.#tags.withAny(tags));
    if (openedIn) tests.push(isWithin(this.#ts, openedIn));
    if (closedIn) tests.push(isWithin(this.#closedAt, closedIn));
    // All of the name is found as a part, too; the sorted ones are cut if they are long.
    if (name !== undefined) tests.push((row) => sortText(name).startsWith(this.#nameOf(row)));
    return tests;
  }

  *#page(found: FoundRows, { sort, offset, limit }: PageOfRooms): Generator<void, Uint32Array> {
    const { field, direction } = sort;
    if (field === 'fname') return yield* this.#nameRanks.page(found, { direction, offset, limit });
    const [from, to] = [Math.min(offset, found.count), Math.min(offset + limit, found.count)];
    const keyOf = this.#dateKey({ ts: this.#ts, closedAt: this.#closedAt, lm: this.#lm }[field], direction);
    const first = yield* firstRows(found, keyOf, to);
    yield* sortWindow(first, keyOf, from, to);
    return first.subarray(from, to);
  }

  /** Descending keys are the negative ones of ascending keys: what is found first is always the least. */
  #dateKey(dates: DateColumn, direction: 1 | -1): SortKey {
    const { rows } = this.#names;
    return (row, depth) =>
      direction * (depth === 0 ? dates.at(row) : rows.sixBytes(row, parts.id, (depth - 1) * 6));
  }

  /** The row of a room, a new one if it has none, or if its texts are others now. */
  #rowFor({ _id: id, fname, livechatData }: Room): number {
    const names = { id, texts: textsIn([fname]).map(folded), sortTexts: [sortText(fname)] };
    const fields = [...this.#customFields.keys()].map((field) => {
      const text = textsIn([customFieldValue(livechatData, field)].flat()).join(separator);
      return { id: '', texts: [folded(text)], sortTexts: [] };
    });
    const stored = [names, ...fields];
    const columns = [this.#names, ...this.#customFields.values()];
    const known = this.#rowOf(id);
    if (known !== undefined) {
      if (stored.every((texts, index) => columns[index]?.rows.holds(known, texts))) return known;
      this.#free(known);
    }
    const row = this.#end;
    this.#end += 1;
    this.#count += 1;
    for (const [index, texts] of stored.entries()) columns[index]?.write(row, texts);
    this.#ids.add(hashOf(id), row);
    this.#nameRanks.rank(row);
    return row;
  }

  #rowOf(id: string): number | undefined {
    for (const row of this.#ids.positions(hashOf(id)))
      if (this.#isUsed(row) && this.#idOf(row) === id) return row;
    return undefined;
  }

  readonly #isUsed = (row: number): boolean => this.#states.at(row) !== 0;
  readonly #idOf = (row: number): string => this.#names.rows.textOf(row, parts.id);
  readonly #nameOf = (row: number): string => this.#names.rows.textOf(row, firstSortText);

  #free(row: number): void {
    this.#states.set(row, 0);
    this.#count -= 1;
  }
}

const folded = (text: string): string => foldCase(text.slice(0, longestText));

/** What is no text comes before all texts, as in MongoDB. */
const sortText = (name: unknown): string => (typeof name === 'string' ? `\u0002${name}` : '');

const textsIn = (values: readonly unknown[]): string[] => values.filter((value) => typeof value === 'string');

const statesOf = (room: Room): number =>
  (room.open === true ? open : 0) |
  (room.open === undefined ? 0 : hasOpen) |
  (room.onHold === true ? onHold : 0) |
  (room.servedBy === undefined ? 0 : served);

/** What has no date is within no period. */
function isWithin(dates: DateColumn, { start, end }: Period): Condition {
  const [first, last] = [start?.getTime() ?? -latestMs, end?.getTime() ?? latestMs];
  return (row) => {
    const at = dates.at(row);
    return at >= first && at <= last;
  };
}

/** The last date that there is. */
const latestMs = 8_640_000_000_000_000;
