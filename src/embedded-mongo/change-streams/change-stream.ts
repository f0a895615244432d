import { identicalValues } from '../bson/identical.ts';
import { decode, encode } from '../bson/raw.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import type { Change, ChangeKind } from '../storage/change-record.ts';
import type { EventPipeline, EventTest } from './event-pipeline.ts';
import {
  documentFields,
  eventHead,
  isShown,
  type LookUp,
  renderEvent,
  renderInvalidation,
} from './render-event.ts';
import type { ResumePoint } from './resume-token.ts';
import type { StreamOptions } from './stream-options.ts';
import { belongsTo, type Target } from './target.ts';

/** One event; `bytes` are undefined where the pipeline dropped it. */
export interface StreamEvent {
  readonly point: ResumePoint;
  readonly bytes: Buffer | undefined;
}

/** MongoDB's limit for a document that it builds itself: 16 MB and some room for what surrounds it. */
const maxEventBytes = 16 * 1024 * 1024 + 16 * 1024;

function tokenChanged(): MongoError {
  return new MongoError(
    ErrorCode.ChangeStreamFatalError,
    'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed.',
    { errorLabels: ['NonResumableChangeStreamError'] },
  );
}

/** Turns the changes in the log into the events of one stream. */
export class ChangeStream {
  readonly target: Target;
  readonly #options: StreamOptions;
  readonly #pipeline: EventPipeline | undefined;
  readonly #lookUp: LookUp;
  /** The test for the last change and those that happen likewise: they come many at a time. */
  #test: { readonly kind: ChangeKind; readonly ns: string; readonly passes: EventTest } | undefined;

  constructor(target: Target, options: StreamOptions, pipeline: EventPipeline | undefined, lookUp: LookUp) {
    this.target = target;
    this.#options = options;
    this.#pipeline = pipeline;
    this.#lookUp = lookUp;
  }

  /** The events of a change: its own and, if the stream ends with it, the invalidation. */
  eventsOf(change: Change): StreamEvent[] {
    if (!belongsTo(this.target, change)) return [];
    const events: StreamEvent[] = [];
    if (isShown(change.kind, this.#options)) {
      const bytes = this.#isDropped(change)
        ? undefined
        : this.#piped(renderEvent(change, this.#options, this.#lookUp));
      events.push({ point: { kind: 'event', time: change.time }, bytes });
    }
    if (this.endsWith(change)) events.push(this.invalidation(change));
    return events;
  }

  /** Whether a change ends the stream that it belongs to. */
  endsWith({ kind }: Change): boolean {
    return this.target.endedBy.includes(kind);
  }

  invalidation(change: Change): StreamEvent {
    const bytes = this.#piped(renderInvalidation(change));
    return { point: { kind: 'invalidate', time: change.time }, bytes };
  }

  /** Whether the pipeline drops a change's event whatever else it contains. */
  #isDropped(change: Change): boolean {
    if (!this.#pipeline) return false;
    const { kind, ns } = change;
    if (this.#test?.kind !== kind || this.#test.ns !== ns)
      this.#test = { kind, ns, passes: this.#pipeline.testFor(eventHead(change)) };
    return !this.#test.passes((wanted) => documentFields(change, wanted));
  }

  /** Throws ChangeStreamFatalError (280) where the pipeline took the token away, BSONObjectTooLarge (10334). */
  #piped(event: Buffer): Buffer | undefined {
    const piped = this.#pipeline ? this.#run(this.#pipeline, event) : event;
    if (piped && piped.length > maxEventBytes) {
      throw new MongoError(
        ErrorCode.BSONObjectTooLarge,
        `BSONObj size: ${piped.length} is invalid. Size must be between 0 and 16793600(16MB)`,
      );
    }
    return piped;
  }

  #run(pipeline: EventPipeline, event: Buffer): Buffer | undefined {
    const document = decode(event);
    const piped = pipeline.run(document);
    if (!piped) return undefined;
    if (!identicalValues(piped._id, document._id)) throw tokenChanged();
    return piped === document ? event : encode(piped);
  }
}
