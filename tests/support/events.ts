import { isDeepStrictEqual } from 'node:util';
import type { ChangeStreamDocument, Db, ResumeToken } from 'mongodb';
import type { ChangedEvent, DomainEvent, EventSource, Subject } from '../../src/domain/events.ts';

export const allSubjects: readonly Subject[] = [
  'contact',
  'inquiry',
  'message',
  'page-view',
  'room',
  'subscription',
  'user',
  'visitor',
];

/** Listens, to everything unless subjects are named, and keeps what it hears. */
export function recordEvents(source: EventSource, subjects: readonly Subject[] = allSubjects) {
  const events: DomainEvent[] = [];
  const stop = source.listen({ name: 'recorder', subjects, receive: (event) => void events.push(event) });
  /** The documents of a subject, each as often as it was told of. */
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

/** Listens to everything, and keeps of it what it would know of the database. */
export function recordPicture(source: EventSource) {
  const known = new Map<string, unknown>();
  const roomOf = (document: unknown) => (document as { readonly rid?: string }).rid;
  let missed = 0;
  const receive = (event: DomainEvent) => {
    if (event.kind === 'missed') missed += 1;
    else if (event.kind === 'changed') known.set(`${event.subject} ${event.document._id}`, event.document);
    else {
      // With a room goes everything in it.
      for (const [key, document] of known)
        if (event.subject === 'room' && roomOf(document) === event.id) known.delete(key);
      known.delete(`${event.subject} ${event.id}`);
    }
  };
  source.listen({ name: 'picture', subjects: allSubjects, receive });
  /** In what it differs from what there is. */
  const differences = (there: ReadonlyMap<string, unknown>): string[] =>
    [...new Set([...known.keys(), ...there.keys()])].filter(
      (key) => !isDeepStrictEqual(known.get(key), there.get(key)),
    );
  return { known, differences, missed: () => missed };
}

type Step = ChangeStreamDocument | Error | 'end';

/** How long the stand-in's server waits for changes. */
const awaitMs = 5;

/** Change streams that tell what the test says, in the place of those of a database. */
export function standInStreams(db: Db) {
  const opened: { readonly collections: readonly string[]; readonly options: Record<string, unknown> }[] = [];
  const steps: Step[] = [];
  let tokens = 0;
  const watch = (pipeline: { $match: { 'ns.coll': { $in: string[] } } }[], options = {}) => {
    opened.push({ collections: pipeline[0]?.$match['ns.coll'].$in ?? [], options });
    let isClosed = false;
    let resumeToken: ResumeToken;
    return {
      get resumeToken() {
        return resumeToken;
      },
      get closed() {
        return isClosed;
      },
      async tryNext() {
        await new Promise((resolve) => setTimeout(resolve, steps.length > 0 ? 0 : awaitMs));
        const step = isClosed ? undefined : steps.shift();
        if (step instanceof Error) throw step;
        isClosed ||= step === 'end';
        if (step === 'end') return null;
        resumeToken = step?._id ?? resumeToken ?? 'present';
        return step ?? null;
      },
      close: async () => {
        isClosed = true;
      },
    };
  };
  /** @param id the document; without it the collection as a whole is meant. */
  const tell = (operationType: string, coll: string, id?: string): void => {
    tokens += 1;
    const document = id === undefined ? {} : { documentKey: { _id: id } };
    const change = { _id: `token ${tokens}`, operationType, ns: { coll }, ...document };
    steps.push(change as unknown as ChangeStreamDocument);
  };
  return {
    opened,
    tell,
    fail: (error: Error) => void steps.push(error),
    /** As a server does whose database was dropped: from then on a stream gives null at once. */
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
