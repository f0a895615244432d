import type { FindCursor } from 'mongodb';
import type { Batches } from '../../domain/paging.ts';

/** How many documents the server sends at a time; of large ones it sends fewer, 16 MB in all. */
const batchSize = 50;
/**
 * So many documents are decoded at a time, or fewer if they are large: what waits for its turn takes up less memory
 * undecoded, and others get theirs in between.
 */
const decodedAtATime = 25;
const decodingMs = 5;
/** So many ids are sent and decoded at a time, and documents with one of them looked for at once. */
const idBatchSize = 500;

/**
 * Reads a cursor as its documents are consumed. The first ones are read at once, so that whatever is wrong with the
 * query is known before an answer begins.
 */
export async function readBatches<T>(cursor: FindCursor<T>): Promise<Batches<T>> {
  await cursor.batchSize(batchSize).hasNext();
  return remaining(cursor, decodedAtATime);
}

/** Reads a cursor whose documents are ids and little else, many at a time; see `readBatches`. */
export async function readIdBatches<T>(cursor: FindCursor<T>): Promise<Batches<T>> {
  await cursor.batchSize(idBatchSize).hasNext();
  return remaining(cursor, idBatchSize);
}

async function* remaining<T>(cursor: FindCursor<T>, atATime: number): AsyncGenerator<T[]> {
  try {
    while (await cursor.hasNext()) yield decodeSome(cursor, atATime);
  } finally {
    // Once the signal has killed it, another call would end the session before the server has been told.
    if (!cursor.killed) await cursor.close();
  }
}

function decodeSome<T>(cursor: FindCursor<T>, atATime: number): T[] {
  const until = performance.now() + decodingMs;
  const decoded: T[] = [];
  while (cursor.bufferedCount() > 0 && decoded.length < atATime && performance.now() < until)
    decoded.push(...cursor.readBufferedDocuments(1));
  return decoded;
}
