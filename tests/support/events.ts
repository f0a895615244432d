import { isDeepStrictEqual } from 'node:util';
import { type ChangeStreamDocument, type Db, type ResumeToken, Timestamp } from 'mongodb';
import type { ChangedEvent, DomainEvent, EventSource, Subject } from '../../src/domain/events.ts';

export const allSubjects: readonly Subject[] = [
  'contact',
  'inquiry',
  'message',
  'page-view',
  'room',
  'subscription',
  'typing',
  'user',
  'visitor',
  'visitor-details',
];

/** Listens to the named subjects, or to all, and keeps what it hears. */
export function recordEvents(source: EventSource, subjects: readonly Subject[] = allSubjects) {
  const events: DomainEvent[] = [];
  const stop = source.listen({ name: 'recorder', subjects, receive: (event) => void events.push(event) });
  /** The documents of a subject, one for each time it was announced. */
  const documents = <S extends Subject>(subject: S) =>
    events.flatMap((event) =>
      event.kind === 'changed' && event.subject === subject
        ? [event.document as Extract<ChangedEvent, { subject: S }>['document']]
        : [],
    );
  const removals = (subject: Subject) =>
    events.flatMap((event) => (event.kind === 'removed' && event.subject === subject ? [event.id] : []));
  const missed = () => events.filter(({ kind }) => kind === 'missed').length;
  return { events, documents, removals, missed, stop };
}

/** Listens to everything, and keeps the state of the database that follows from it. */
export function recordPicture(source: EventSource) {
  const known = new Map<string, unknown>();
  const roomOf = (document: unknown) => (document as { readonly rid?: string }).rid;
  let missed = 0;
  const receive = (event: DomainEvent) => {
    if (event.kind === 'missed') missed += 1;
    else if (event.kind === 'changed') known.set(`${event.subject} ${event.document._id}`, event.document);
    else {
      // Removing a room removes everything in it.
      for (const [key, document] of known)
        if (event.subject === 'room' && roomOf(document) === event.id) known.delete(key);
      known.delete(`${event.subject} ${event.id}`);
    }
  };
  source.listen({ name: 'picture', subjects: allSubjects, receive });
  /** How this state differs from what is stored. */
  const differences = (there: ReadonlyMap<string, unknown>): string[] =>
    [...new Set([...known.keys(), ...there.keys()])].filter(
      (key) => !isDeepStrictEqual(known.get(key), there.get(key)),
    );
  return { known, differences, missed: () => missed };
}

/** What a stream was opened for. */
interface OpenedStream {
  readonly collections: readonly string[];
  /** What its pipeline leaves out of these. */
  readonly leftOut: readonly object[];
  readonly options: Record<string, unknown>;
}

type Step = ChangeStreamDocument | Error | 'end';

/** How long the stand-in server waits for changes. */
const awaitMs = 5;

/** Stand-ins for a database's change streams that report what the test says. */
export function standInStreams(db: Db) {
  const opened: OpenedStream[] = [];
  const steps: Step[] = [];
  const askedAfterChangeMs: number[] = [];
  let toldAt: number | undefined;
  let tokens = 0;
  const watch = (pipeline: { $match: { 'ns.coll': { $in: string[] }; $nor?: object[] } }[], options = {}) => {
    const { 'ns.coll': named, $nor: leftOut = [] } = pipeline[0]?.$match ?? {};
    opened.push({ collections: named?.$in ?? [], leftOut, options });
    let isClosed = false;
    let resumeToken: ResumeToken;
    return {
      get resumeToken() {
        return resumeToken;
      },
      get closed() {
        return isClosed;
      },
      bufferedCount: () => 0,
      async tryNext() {
        if (toldAt !== undefined) askedAfterChangeMs.push(performance.now() - toldAt);
        await new Promise((resolve) => setTimeout(resolve, steps.length > 0 ? 0 : awaitMs));
        const step = isClosed ? undefined : steps.shift();
        if (step instanceof Error) throw step;
        isClosed ||= step === 'end';
        if (step === 'end') return null;
        resumeToken = step?._id ?? resumeToken ?? 'present';
        toldAt = step && performance.now();
        return step ?? null;
      },
      close: async () => {
        isClosed = true;
      },
    };
  };
  /** @param id the document's id; without it, the change concerns the whole collection. */
  const tell = (operationType: string, coll: string, id?: string): void => {
    tokens += 1;
    const document = id === undefined ? {} : { documentKey: { _id: id } };
    const clusterTime = Timestamp.fromBits(tokens, Math.floor(Date.now() / 1000));
    const change = { _id: `token ${tokens}`, operationType, clusterTime, ns: { coll }, ...document };
    steps.push(change as unknown as ChangeStreamDocument);
  };
  return {
    opened,
    /** How long after each change the server was asked for more. */
    askedAfterChangeMs,
    tell,
    fail: (error: Error) => void steps.push(error),
    /** Behaves as a server whose database was dropped: from then on a stream returns null at once. */
    end: () => void steps.push('end'),
    db: new Proxy(db, {
      get(target, key) {
        if (key === 'watch') return watch;
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
}
