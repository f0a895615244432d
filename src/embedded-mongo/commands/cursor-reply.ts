import { Double, Long } from 'bson';
import {
  documentArrayElement,
  documentElement,
  documentOfElements,
  elementsOf,
  encode,
} from '../bson/raw.ts';
import type { Engine } from '../engine.ts';
import type { Batch, QueryCursor } from '../execution/query-cursor.ts';

const ok = elementsOf(encode({ ok: new Double(1) }));
const tails = new Map<string, Buffer>();

/** The elements `id` and `ns` of a cursor that is at its end, which are the same for every answer. */
function closedTail(ns: string): Buffer {
  const known = tails.get(ns);
  if (known) return known;
  const tail = elementsOf(encode({ id: Long.ZERO, ns }));
  if (tails.size > 1000) tails.clear();
  tails.set(ns, tail);
  return tail;
}

function cursorReply(ns: string, field: 'firstBatch' | 'nextBatch', documents: Buffer[], id: bigint): Buffer {
  const tail = id === 0n ? closedTail(ns) : elementsOf(encode({ id: Long.fromBigInt(id), ns }));
  const cursor = documentOfElements([documentArrayElement(field, documents), tail]);
  return documentOfElements([documentElement('cursor', cursor), ok]);
}

/** The answer to `find` and its like. Stored documents go into it byte by byte. */
export function firstBatch(ns: string, documents: Buffer[]): Buffer {
  return cursorReply(ns, 'firstBatch', documents, 0n);
}

/** Reads the first batch and keeps the cursor if there is more. */
export async function openCursor(
  engine: Engine,
  cursor: QueryCursor,
  options: { batchSize: number; isSingleBatch: boolean },
): Promise<Buffer> {
  const { documents, isDone } = await cursor.nextBatch(options.batchSize);
  const id = isDone || options.isSingleBatch ? 0n : engine.cursors.add(cursor);
  return cursorReply(cursor.ns, 'firstBatch', documents, id);
}

/** The answer to `getMore`. */
export const nextBatch = (ns: string, batch: Batch, id: bigint): Buffer =>
  cursorReply(ns, 'nextBatch', batch.documents, batch.isDone ? 0n : id);
