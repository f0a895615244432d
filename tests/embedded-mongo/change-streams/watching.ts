// The driver's change streams, opened before the writes that they report.
import { once } from 'node:events';
import type { ChangeStream, ChangeStreamOptions, Collection, Db, Document, MongoClient } from 'mongodb';

/** The `_id`s of the changed documents. */
export const idsOf = (events: readonly Document[]): unknown[] =>
  events.map(({ documentKey }) => (documentKey as Document)._id);

/** An open stream and the events it returns. */
export class Watcher {
  readonly stream: ChangeStream<Document, Document>;
  #first: Promise<Document> | undefined;

  constructor(stream: ChangeStream<Document, Document>, first: Promise<Document>) {
    this.stream = stream;
    this.#first = first;
  }

  next(): Promise<Document> {
    const next = this.#first ?? this.stream.next();
    this.#first = undefined;
    return next;
  }

  async take(count: number): Promise<Document[]> {
    const events: Document[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  async close(): Promise<void> {
    await this.stream.close();
  }
}

/** Opens a stream on a collection, a database or the deployment; it reports everything written from now on. */
export async function watch(
  on: Pick<Collection | Db | MongoClient, 'watch'>,
  pipeline: Document[] = [],
  options: ChangeStreamOptions = {},
): Promise<Watcher> {
  const stream = on.watch<Document, Document>(pipeline, options);
  // The driver opens it when asked for the first event, and has a token as soon as the server has answered.
  const opened = once(stream, 'resumeTokenChanged');
  const first = stream.next();
  first.catch(() => undefined);
  await Promise.race([opened, first]);
  return new Watcher(stream, first);
}
