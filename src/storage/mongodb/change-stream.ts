import {
  type ChangeStream,
  type ChangeStreamDocument,
  type Db,
  type Document,
  MongoErrorLabel,
  MongoServerError,
  type ResumeToken,
  Timestamp,
} from 'mongodb';
import { isDatabaseUnavailable } from './client.ts';
import { pause } from './pause.ts';

/** Where in a database's changes a stream begins; without either, at the present. */
export interface StreamPosition {
  readonly token?: ResumeToken;
  readonly operationTime?: Timestamp | undefined;
}

/** A change of one document, in the order of the database. */
export interface StreamedChange {
  readonly collection: string;
  readonly id: string;
  /** Whether the document was new. */
  readonly isNew: boolean;
}

/** A collection whose changes are streamed. */
export interface StreamedCollection {
  readonly name: string;
  /** New documents with the fields of one of these are left out. */
  readonly exceptNew: readonly Document[];
  /** Updates that change no other paths than these are left out. */
  readonly immaterial?: RegExp | undefined;
}

/** How a stream's reader is called. */
export interface StreamReader {
  readonly collections: readonly StreamedCollection[];
  /** The stream is open: everything written from now on is reported. */
  opened(): void;
  /** The stream waits for this, so that a busy reader is not overrun. */
  changed(change: StreamedChange): Promise<void>;
  /** A whole collection was dropped or renamed. */
  replaced(collection: string): void;
  /** Everything up to here has been reported; the time is that of the change that was just reported, if one was. */
  reached(token: ResumeToken, operationTime: Timestamp | undefined): void;
  /** Whether the stream should end, so that another may be opened. */
  isDone(): boolean;
}

/**
 * Why a stream ended. `unsupported`: the server has none, or the user may not open one. `lost`: it cannot be
 * continued, since its position has left the server's log or the database was dropped. `filtered`: it cannot be
 * continued from its token, since recent MongoDBs look for the token's change among those that pass the filter, which
 * was another one then; but it can begin at the time of that change. `broken`: it may be continued later.
 */
export type StreamEnd = 'done' | 'unsupported' | 'lost' | 'filtered' | 'broken';

/** The server has ended the stream for good. */
class StreamInvalidated extends Error {
  override name = 'StreamInvalidated';
}

/** What is needed of a database. */
export type StreamSource = Pick<Db, 'watch'>;

const failedToParse = 9;

/**
 * Servers without change streams say so in different ways: a standalone MongoDB, one before 4.0, which streams single
 * collections only (73), and servers that merely speak its protocol (Amazon's: 303).
 */
const unsupportedCodes = new Set([failedToParse, 13, 14, 59, 72, 73, 115, 238, 303, 40324, 40573, 50573]);
/**
 * The position does not belong to this log, or no longer does, or cannot be continued after an invalidation or behind an
 * event that is too large to be sent (10334).
 */
const lostCodes = new Set([136, 222, 260, 286, 10_334]);
/** The change that the position's token stands for was not found. */
const fatalCode = 280;

/** How long the server waits for changes before it reports that there are none. */
const maxAwaitTimeMs = 500;

/** This many changes are read at a time; others get their turn between batches. */
const batchSize = 500;

/** How long changes gather before the next ones are asked for: a busy server would send each by itself. */
const gatherMs = 20;

/**
 * The paths that an update changed, without the values, which may be secret, or too large to be sent together. MongoDB
 * before 4.7 tells nothing of arrays that became shorter: it sets them as a whole.
 */
const changedPaths: Document = {
  $concatArrays: [
    { $map: { input: { $objectToArray: '$updateDescription.updatedFields' }, in: '$$this.k' } },
    '$updateDescription.removedFields',
    { $ifNull: ['$updateDescription.truncatedArrays.field', []] },
  ],
};

/**
 * The pipeline asks only which document changed and where, since readers read it as it is then. What is left out does not
 * wake the reader, who would have to let the next changes gather then.
 */
function pipeline(collections: readonly StreamedCollection[]): Document[] {
  const leftOut = collections.flatMap(({ name, exceptNew }) => exceptNew.map((each) => newIn(name, each)));
  const selective = collections.filter(({ immaterial }) => immaterial !== undefined);
  return [
    {
      $match: {
        'ns.coll': { $in: collections.map(({ name }) => name) },
        operationType: { $in: ['insert', 'update', 'replace', 'delete', 'drop', 'rename'] },
        ...(leftOut.length > 0 ? { $nor: leftOut } : {}),
      },
    },
    {
      $project: {
        operationType: 1,
        ns: 1,
        documentKey: 1,
        clusterTime: 1,
        changedPaths: {
          $cond: [
            {
              $and: [
                { $eq: ['$operationType', 'update'] },
                { $in: ['$ns.coll', selective.map(({ name }) => name)] },
              ],
            },
            changedPaths,
            '$$REMOVE',
          ],
        },
      },
    },
    ...(selective.length > 0 ? [{ $match: { $nor: selective.map(onlyImmaterial) } }] : []),
  ];
}

/** Matches updates of a collection that change immaterial paths only. */
const onlyImmaterial = ({ name, immaterial }: StreamedCollection): Document => ({
  'ns.coll': name,
  changedPaths: { $exists: true, $not: { $elemMatch: { $nin: [immaterial] } } },
});

/** Matches changes that add a document with these fields to a collection. */
function newIn(collection: string, fields: Document): Document {
  const ofDocument = Object.entries(fields).map(([name, value]) => [`fullDocument.${name}`, value]);
  return { operationType: 'insert', 'ns.coll': collection, ...Object.fromEntries(ofDocument) };
}

/** Reads the changes of some collections of a database, until the reader or the signal stops it. */
export async function readChangeStream(
  db: StreamSource,
  { token, operationTime }: StreamPosition,
  reader: StreamReader,
  signal: AbortSignal,
): Promise<{ readonly end: StreamEnd; readonly error?: unknown }> {
  const from = token ? { resumeAfter: token } : operationTime && { startAtOperationTime: operationTime };
  const options = { maxAwaitTimeMS: maxAwaitTimeMs, batchSize, ...from };
  let stream: ChangeStream | undefined;
  const close = () => void stream?.close().catch(() => undefined);
  signal.addEventListener('abort', close, { once: true });
  try {
    stream = db.watch(pipeline(reader.collections), options);
    await read(stream, reader, signal);
    return { end: 'done' };
  } catch (error) {
    return { end: signal.aborted ? 'done' : endOf(error, token), error };
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

async function read(stream: ChangeStream, reader: StreamReader, signal: AbortSignal): Promise<void> {
  let isOpen = false;
  for (;;) {
    const change = await stream.tryNext();
    if (signal.aborted) return;
    // An invalidation, which the pipeline leaves out, ends the server's cursor; the driver then returns null for
    // ever.
    if (change === null && stream.closed)
      throw new StreamInvalidated('the database or its collections are gone');
    if (!isOpen) reader.opened();
    isOpen = true;
    if (change) await hand(change, reader);
    // What was handed over after the reader had stopped may have been ignored.
    if (signal.aborted) return;
    // Other collections may be followed since: their changes up to here have not been reported.
    if (reader.isDone()) return;
    reader.reached(stream.resumeToken, change ? timeOf(change) : undefined);
    if (change && stream.bufferedCount() === 0) await pause(gatherMs, signal);
    if (signal.aborted) return;
  }
}

async function hand(change: ChangeStreamDocument, reader: StreamReader): Promise<void> {
  if (!('ns' in change) || !('coll' in change.ns)) return;
  const { coll: collection } = change.ns;
  if (!('documentKey' in change)) return reader.replaced(collection);
  const id: unknown = change.documentKey._id;
  // Rocket.Chat's ids are strings; other documents are unknown here.
  if (typeof id !== 'string') return;
  await reader.changed({ collection, id, isNew: change.operationType === 'insert' });
}

const timeOf = ({ clusterTime }: ChangeStreamDocument): Timestamp | undefined =>
  clusterTime instanceof Timestamp ? clusterTime : undefined;

function endOf(error: unknown, token: ResumeToken | undefined): StreamEnd {
  if (error instanceof StreamInvalidated) return 'lost';
  if (!(error instanceof MongoServerError)) return 'broken';
  if (lostCodes.has(Number(error.code))) return 'lost';
  if (error.code === fatalCode) return 'filtered';
  if (isDatabaseUnavailable(error) || error.hasErrorLabel(MongoErrorLabel.ResumableChangeStreamError))
    return 'broken';
  const isSupported = !unsupportedCodes.has(Number(error.code));
  // A token of another server, as after a restore there, is refused in many ways; some sound like having no streams.
  if (token !== undefined && (isSupported || error.code === failedToParse)) return 'lost';
  return isSupported ? 'broken' : 'unsupported';
}
