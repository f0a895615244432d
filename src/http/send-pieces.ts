import { setImmediate } from 'node:timers/promises';
import type { Response } from 'express';

/** What is handed to the connection at a time; an answer no longer than this is sent with its length. */
export const pieceLength = 64 * 1024;

/**
 * Sends a text in pieces, the next one when the client has taken the previous one. Nothing has been sent if the first
 * piece cannot be made. When the client has gone, no more pieces are made.
 */
export async function sendPieces(res: Response, pieces: AsyncIterable<string>): Promise<void> {
  let piece = '';
  for await (const next of pieces) {
    if (piece !== '') await handOver(res, piece);
    // Leaving the loop ends the making of pieces.
    if (res.destroyed) return;
    piece = next;
  }
  res.end(piece);
}

/** Resolves when the connection takes more, or is closed; others get their turn in any case. */
async function handOver(res: Response, piece: string): Promise<void> {
  if (!res.write(piece)) await drained(res);
  await setImmediate();
}

/** Resolves when the client has taken what was written, or has gone. */
export const drained = (res: Response): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.once('drain', done).once('close', done);
  });
