import type { Response } from 'express';
import type { Batches } from '../domain/paging.ts';
import { pieceLength, sendPieces } from './send-pieces.ts';

/** A JSON object that begins with a list, whose items are read while they are sent. */
export interface JsonList {
  readonly name: string;
  readonly items: Batches<unknown>;
  /**
   * The members after the list, at least one.
   * @param isWhole false if the answer would have become too large with all items.
   */
  after(count: number, isWhole: boolean): object;
}

/** An answer ends before the item with which it would become larger than this; a single item is always sent. */
const largestAnswerBytes = 16 * 1024 * 1024;
/** A client that takes longer gets fewer items. */
const longestAnswerMs = 60_000;

/** Sends a list in pieces, as the client takes them. Nothing has been sent if the first piece cannot be made. */
export const sendJsonList = (res: Response, list: JsonList): Promise<void> => sendPieces(res, piecesOf(list));

async function* piecesOf({ name, items, after }: JsonList): AsyncGenerator<string> {
  const endsAt = performance.now() + longestAnswerMs;
  let [count, bytes, isWhole] = [0, 0, true];
  let piece = `{${JSON.stringify(name)}:[`;
  for await (const item of eachOf(items)) {
    const text = JSON.stringify(item);
    bytes += Buffer.byteLength(text);
    isWhole = count === 0 || (bytes <= largestAnswerBytes && performance.now() < endsAt);
    if (!isWhole) break;
    if (count > 0) piece += ',';
    count += 1;
    if (piece.length + text.length < pieceLength) {
      piece += text;
      continue;
    }
    // On its own, since appending a long text would copy it.
    yield piece;
    yield text;
    piece = '';
  }
  yield `${piece}],${JSON.stringify(after(count, isWhole)).slice(1)}`;
}

async function* eachOf<T>(batches: Batches<T>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
