import { Double, Long } from 'bson';
import type { Pieces } from '../bson/pieces.ts';
import { elementsOf, encode, rawElementHeader } from '../bson/raw.ts';
import type { Engine } from '../engine.ts';
import { failedToParse } from '../errors.ts';
import { type Batch, type Cursor, QueryCursor, streamOfList } from '../execution/query-cursor.ts';
import { Arguments } from './arguments.ts';
import { declaredApi } from './stable-api.ts';

/** Stands in for the collection name when an aggregation names none. */
export const collectionless = '$cmd.aggregate';

type Field = 'firstBatch' | 'nextBatch';

const length = Buffer.alloc(4);
const end = Buffer.alloc(1);
const cursorHeader = rawElementHeader(3, 'cursor');
const ok = elementsOf(encode({ ok: new Double(1) }));
const tails = new Map<string, Buffer>();

const headOf = (field: Field): Buffer =>
  Buffer.concat([length, cursorHeader, length, rawElementHeader(4, field), length]);
const heads = { firstBatch: headOf('firstBatch'), nextBatch: headOf('nextBatch') };

/**
 * Everything after the documents: the end of the list, the cursor's own fields, and the end of the answer.
 */
const tailOf = (cursor: object): Buffer => Buffer.concat([end, elementsOf(encode(cursor)), end, ok, end]);

/** The tail for an exhausted cursor, which is the same for every answer. */
function closedTail(ns: string): Buffer {
  const known = tails.get(ns);
  if (known) return known;
  const tail = tailOf({ id: Long.ZERO, ns });
  if (tails.size > 1000) tails.clear();
  tails.set(ns, tail);
  return tail;
}

const indexHeaders: Buffer[] = [];

function indexHeader(index: number): Buffer {
  const known = indexHeaders[index];
  if (known) return known;
  const header = rawElementHeader(3, String(index));
  if (index < 4096) indexHeaders[index] = header;
  return header;
}

/** The size of a header: the type, the digits, and the terminator of the name. */
const indexHeaderLength = (index: number): number => (index < 10 ? 3 : String(index).length + 2);

/** `{cursor: {<field>: [<documents>], id, ns}, ok: 1}`, with the documents byte for byte as stored. */
function cursorReply(
  ns: string,
  field: Field,
  batch: Pick<Batch, 'documents' | 'resumeToken'>,
  id: bigint,
): Pieces {
  const { documents, resumeToken } = batch;
  const token = resumeToken && { postBatchResumeToken: resumeToken };
  const tail = id === 0n && !token ? closedTail(ns) : tailOf({ ...token, id: Long.fromBigInt(id), ns });
  const head = Buffer.from(heads[field]);
  const listBytes = documents.reduce((sum, { length }, i) => sum + length + indexHeaderLength(i), 0);
  const size = head.length + listBytes + tail.length;
  const cursorStart = length.length + cursorHeader.length;
  const listStart = head.length - length.length;
  head.writeInt32LE(size, 0);
  head.writeInt32LE(size - cursorStart - ok.length - end.length, cursorStart);
  head.writeInt32LE(length.length + listBytes + end.length, listStart);
  return {
    length: size,
    count: 2 * documents.length + 2,
    // The head, then alternating headers and documents, then the tail.
    piece: (i) => {
      if (i === 0) return head;
      const index = (i - 1) >> 1;
      return i % 2 === 1 && index < documents.length ? indexHeader(index) : (documents[index] ?? tail);
    },
  };
}

/** The answer to `find` and similar commands. Stored documents are included byte for byte. */
export function firstBatch(ns: string, documents: Buffer[]): Pieces {
  return cursorReply(ns, 'firstBatch', { documents }, 0n);
}

const defaultBatchSize = 101;

/** The size limit of an aggregation's first batch. Throws FailedToParse (9) if it asks for no cursor. */
export function batchSizeOf(args: Arguments): number {
  const options = args.document('cursor');
  if (!options)
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  return new Arguments('aggregate.cursor', options).count('batchSize') ?? defaultBatchSize;
}

/** Reads the first batch and keeps the cursor if there is more. */
export async function openCursor(
  engine: Engine,
  args: Arguments,
  cursor: Cursor,
  options: { batchSize: number; isSingleBatch: boolean },
): Promise<Pieces> {
  const batch = await cursor.nextBatch(options.batchSize, 0);
  const id = batch.isDone || options.isSingleBatch ? 0n : engine.cursors.add(cursor, declaredApi(args.body));
  return cursorReply(cursor.ns, 'firstBatch', batch, id);
}

/**
 * A cursor over documents already in memory, for listing commands. Without a batch size it returns all at
 * once.
 */
export function openListing(
  engine: Engine,
  args: Arguments,
  ns: string,
  documents: readonly Buffer[],
): Promise<Pieces> {
  const options = new Arguments(`${args.command}.cursor`, args.document('cursor') ?? {}).allow('batchSize');
  const batchSize = options.count('batchSize') ?? Number.POSITIVE_INFINITY;
  const stream = streamOfList(documents);
  return openCursor(engine, args, new QueryCursor(ns, stream, args.startSlice()), {
    batchSize,
    isSingleBatch: false,
  });
}

/** The answer to `getMore`. */
export const nextBatch = (ns: string, batch: Batch, id: bigint): Pieces =>
  cursorReply(ns, 'nextBatch', batch, batch.isDone ? 0n : id);
