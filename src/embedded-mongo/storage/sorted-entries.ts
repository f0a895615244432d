import { decodeRecordId, type RecordId, recordIdBytes } from './layout.ts';

/** An index entry as it is stored: its whole key, and the record that it points to. */
export interface IndexEntry {
  readonly key: Buffer;
  readonly recordId: RecordId;
}

const lengthBytes = 2;

/** Sorted when there are as many, which takes two or three milliseconds. */
const entriesPerRun = 1_000;

/** Index entries, collected in any order and given back in that of their keys. They are kept packed, in sorted runs. */
export class SortedEntries {
  /** What they take in memory. */
  bytes = 0;
  #runs: Buffer[] = [];
  #unsorted: IndexEntry[] = [];
  #unsortedBytes = 0;

  add(entry: IndexEntry): void {
    const size = lengthBytes + entry.key.length + recordIdBytes;
    this.bytes += size;
    this.#unsortedBytes += size;
    if (this.#unsorted.push(entry) >= entriesPerRun) this.#endRun();
  }

  /** Gives all entries in the order of their keys, and forgets them. */
  *take(): Generator<IndexEntry> {
    this.#endRun();
    const runs = this.#runs;
    this.#runs = [];
    this.bytes = 0;
    yield* merge(runs);
  }

  #endRun(): void {
    const packed = Buffer.allocUnsafeSlow(this.#unsortedBytes);
    let at = 0;
    for (const { key, recordId } of this.#unsorted.sort((a, b) => a.key.compare(b.key))) {
      at = packed.writeUInt16BE(key.length, at);
      packed.set(key, at);
      at = packed.writeUIntBE(recordId, at + key.length, recordIdBytes);
    }
    if (at > 0) this.#runs.push(packed);
    this.#unsorted = [];
    this.#unsortedBytes = 0;
  }
}

/** A run, and its entry that comes next. */
class RunReader {
  key: Buffer;
  readonly #run: Buffer;
  #end: number;

  constructor(run: Buffer) {
    this.#run = run;
    this.#end = 0;
    this.key = this.#read();
  }

  get entry(): IndexEntry {
    return { key: this.key, recordId: decodeRecordId(this.#run, this.#end - recordIdBytes) };
  }

  /** Goes on to the next entry; false if there is none. */
  advance(): boolean {
    if (this.#end === this.#run.length) return false;
    this.key = this.#read();
    return true;
  }

  #read(): Buffer {
    const start = this.#end + lengthBytes;
    const keyEnd = start + this.#run.readUInt16BE(this.#end);
    this.#end = keyEnd + recordIdBytes;
    return this.#run.subarray(start, keyEnd);
  }
}

/** All entries of sorted runs in one order, by a heap that has the run with the smallest key on top. */
function* merge(runs: readonly Buffer[]): Generator<IndexEntry> {
  const heap = runs.map((run) => new RunReader(run));
  for (let at = heap.length >> 1; at >= 0; at -= 1) sink(heap, at);
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    yield top.entry;
    if (!top.advance()) {
      const last = heap.pop();
      if (last !== undefined && last !== top) heap[0] = last;
    }
    sink(heap, 0);
  }
}

/** Moves a reader down the heap until none below it has a smaller key. */
function sink(heap: RunReader[], from: number): void {
  const moved = heap[from];
  if (moved === undefined) return;
  let at = from;
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    if (left === undefined) break;
    const isRight = right !== undefined && right.key.compare(left.key) < 0;
    const smaller = isRight ? right : left;
    if (moved.key.compare(smaller.key) <= 0) break;
    heap[at] = smaller;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = moved;
}
