import { setImmediate } from 'node:timers/promises';
import type { Response } from 'express';
import type { Batches } from '../domain/paging.ts';

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
/** What is handed to the connection at a time; an answer no longer than this is sent with its length. */
const pieceLength = 64 * 1024;

/**
 * Sends a list in pieces, the next one when the client has taken the previous one. Nothing has been sent if the first
 * piece cannot be made.
 */
export async function sendJsonList(res: Response, list: JsonList): Promise<void> {
  let piece = '';
  for await (const next of piecesOf(list)) {
    if (piece !== '') await handOver(res, piece);
    // Leaving the loop ends the reading of items.
    if (res.destroyed) return;
    piece = next;
  }
  res.end(piece);
}

async function* piecesOf({ name, items, after }: JsonList): AsyncGenerator<string> {
  const endsAt = performance.now() + longestAnswerMs;
  let [count, bytes, isWhole] = [0, 0, true];
  let piece = `{${JSON.stringify(name)}:[`;
  for await (const item of eachOf(items)) {
    const text = JSON.stringify(item);
    bytes += Buffer.byteLength(text);
    isWhole = count === 0 || (bytes <= largestAnswerBytes && performance.now() < endsAt);
    if (!isWhole) break;
    piece += count === 0 ? text : `,${text}`;
    count += 1;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}],${JSON.stringify(after(count, isWhole)).slice(1)}`;
}

async function* eachOf<T>(batches: Batches<T>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}

/** Resolves when the connection takes more, or is closed; others get their turn in any case. */
async function handOver(res: Response, piece: string): Promise<void> {
  if (!res.write(piece)) await drained(res);
  await setImmediate();
}

/** Resolves when the client has taken what was written, or has gone. */
const drained = (res: Response): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.once('drain', done).once('close', done);
  });
