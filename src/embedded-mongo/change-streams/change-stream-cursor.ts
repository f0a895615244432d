import { ErrorCode, MongoError } from '../errors.ts';
import type { Batch, Cursor } from '../execution/query-cursor.ts';
import { TimeSlice } from '../execution/time-slice.ts';
import type { ChangeLog } from '../storage/change-log.ts';
import { maxDocumentBytes } from '../storage/document-writer.ts';
import type { OpTime } from '../storage/op-time.ts';
import type { ChangeStream, StreamEvent } from './change-stream.ts';
import { encodeToken, type ResumePoint } from './resume-token.ts';

/** How long `getMore` waits for an event by default, as in MongoDB. */
const defaultWaitMs = 1000;

/** Where a stream begins: the place in the log, and the invalidation that is still to be reported, if there is one. */
export interface StreamStart {
  readonly point: ResumePoint;
  readonly first: OpTime;
  readonly events: readonly StreamEvent[];
}

interface BatchInProgress {
  readonly size: number;
  readonly documents: Buffer[];
  bytes: number;
}

/** A change stream being read. Between two batches it keeps no more than its place in the log. */
export class ChangeStreamCursor implements Cursor {
  readonly ns: string;
  readonly awaitsData = true;
  readonly #log: ChangeLog;
  readonly #stream: ChangeStream;
  readonly #killed = new AbortController();
  #abandoned: AbortSignal;
  #slice: TimeSlice;
  /** What is read next. */
  #next: OpTime;
  /** Events that have been built but not returned yet. */
  readonly #ready: StreamEvent[];
  /** The place of the last event that was returned or dropped. */
  #point: ResumePoint;
  #hasEnded = false;

  constructor(
    ns: string,
    log: ChangeLog,
    stream: ChangeStream,
    start: StreamStart,
    client: { slice: TimeSlice; abandoned: AbortSignal },
  ) {
    this.ns = ns;
    this.#log = log;
    this.#stream = stream;
    this.#next = start.first;
    this.#ready = [...start.events];
    this.#point = start.point;
    this.#slice = client.slice;
    this.#abandoned = client.abandoned;
  }

  /** The events that there are already or, if there are none, those that come within this many milliseconds. */
  async nextBatch(size: number, waitMs = defaultWaitMs): Promise<Batch> {
    const until = waitMs > 0 ? performance.now() + waitMs : Number.POSITIVE_INFINITY;
    const batch: BatchInProgress = { size, documents: [], bytes: 0 };
    for (;;) {
      await this.#read(batch, until);
      const isWanting = batch.documents.length === 0 && size > 0 && !this.#hasEnded;
      if (!isWanting || waitMs === 0 || !(await this.#wait(until - performance.now()))) break;
    }
    const isDone = this.#hasEnded && this.#ready.length === 0;
    return { documents: batch.documents, isDone, resumeToken: encodeToken(this.#place()) };
  }

  resume(abandoned: AbortSignal): void {
    this.#abandoned = abandoned;
    this.#slice = new TimeSlice(0, () => abandoned.aborted);
  }

  kill(): void {
    this.#slice.kill();
    this.#killed.abort();
  }

  /** Reads until the batch is full, the log has ended, or the time is up without an event. */
  async #read(batch: BatchInProgress, until: number): Promise<void> {
    if (!this.#give(batch)) return;
    for (const change of this.#log.read(this.#next)) {
      if (this.#slice.isOver()) await this.#slice.pause();
      this.#next = change.time + 1n;
      this.#ready.push(...this.#stream.eventsOf(change));
      if (!this.#give(batch)) return;
      if (batch.documents.length === 0 && performance.now() >= until) return;
    }
    this.#skipTo(this.#log.last);
  }

  /** Moves what is ready into the batch; whether it takes more and there may be more. */
  #give(batch: BatchInProgress): boolean {
    for (let event = this.#ready[0]; event; event = this.#ready[0]) {
      const bytes = event.bytes?.length ?? 0;
      if (batch.documents.length >= batch.size) return false;
      if (batch.documents.length > 0 && batch.bytes + bytes > maxDocumentBytes) return false;
      if (event.bytes) batch.documents.push(event.bytes);
      batch.bytes += bytes;
      this.#ready.shift();
      this.#point = event.point;
      this.#hasEnded = event.point.kind === 'invalidate';
    }
    return batch.documents.length < batch.size && !this.#hasEnded;
  }

  /** Waits for a change that may belong to the stream; whether there is one. */
  async #wait(timeoutMs: number): Promise<boolean> {
    if (timeoutMs <= 0) return false;
    const ended = await this.#log.wait({
      concerns: (ns) => this.#stream.target.concerns(ns),
      timeoutMs,
      signals: [this.#abandoned, this.#killed.signal],
    });
    this.#skipTo(ended.nothingUpTo);
    switch (ended.reason) {
      case 'committed':
        return true;
      case 'timeout':
        return false;
      case 'closed':
        throw new MongoError(ErrorCode.InterruptedAtShutdown, 'interrupted at shutdown', {
          errorLabels: ['ResumableChangeStreamError'],
        });
      case 'aborted':
        throw this.#killed.signal.aborted
          ? new MongoError(ErrorCode.CursorKilled, 'cursor was killed')
          : new MongoError(ErrorCode.Interrupted, 'the client has gone');
    }
  }

  /** Continues after a time up to which nothing is left to report. */
  #skipTo(time: OpTime): void {
    if (time >= this.#next) this.#next = time + 1n;
  }

  /** Where to resume a stream that has received everything so far. */
  #place(): ResumePoint {
    const isAtEvent = this.#point.kind !== 'from' && this.#next === this.#point.time + 1n;
    return isAtEvent || this.#ready.length > 0 ? this.#point : { kind: 'from', time: this.#next };
  }
}
