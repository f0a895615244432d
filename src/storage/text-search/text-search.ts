import type { Collection } from 'mongodb';
import { SliceScheduler } from '../memory-table/slice-scheduler.ts';
import type { DatedDocument } from '../mongodb/date-pass.ts';
import { createHeldTable, type HeldTableTiming, type MemoryTable } from './held-table.ts';
import { TextTable } from './text-table.ts';

/** Finds the texts of one kind that documents have, or have had, by a part of them. */
export interface TextSearch {
  /**
   * The keys of the texts that contain a text, ignoring case. Null if they cannot be told soon, as after the first search
   * of this kind, or if there are too many of them to ask for documents by.
   * @param signal aborts when nobody waits for them any more.
   */
  find(text: string, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Gives the memory back; the next search reads the texts again. */
  forget(): void;
}

const mostKeys = 50_000;

/** Which texts of a document are looked for. */
export interface TextKind<T> {
  /** The fields that they are in. */
  readonly fields: readonly string[];
  /** The texts of a document, and what each is found as. */
  textsOf(document: T): readonly { readonly key: string; readonly text: string }[];
}

/**
 * Reads texts of documents into memory when somebody first searches for one, and keeps them for as long as somebody does.
 * Texts that no document has any more are kept, too: they find nothing.
 */
export function createTextSearch<T extends DatedDocument>(
  documents: Collection<T>,
  kind: TextKind<T>,
  time: HeldTableTiming,
): TextSearch {
  const make = () => textsIn(new TextTable(), kind);
  const held = createHeldTable(documents, { filter: {}, sort: { _id: 1 }, fields: kind.fields, make }, time);
  const scheduler = new SliceScheduler();
  return {
    forget: held.forget,
    async find(text, signal) {
      held.begin();
      const found = await held.get(time.readTimeoutMs, signal);
      return found?.isWhole ? scheduler.run(found.table.texts.find(text, mostKeys), signal) : null;
    },
  };
}

const textsIn = <T>(texts: TextTable, { textsOf }: TextKind<T>): MemoryTable<T> & { texts: TextTable } => ({
  texts,
  get bytes() {
    return texts.bytes;
  },
  put(document) {
    for (const { key, text } of textsOf(document)) texts.add(key, text);
  },
  remove: () => undefined,
});
