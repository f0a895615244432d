import type { AnyBulkWriteOperation } from 'mongodb';
import type { IdSource } from '../../domain/ids.ts';
import { visitIdleMs } from '../../domain/visits/visit.ts';
import { insertUnlessTaken } from '../mongodb/insert-unless-taken.ts';
import { newVisit, newVisitor } from './new-visitor.ts';
import type { FoldedSigns } from './pending-signs.ts';
import { changesOf, pageChanges, type SignChanges, type SignEnvironment } from './sign-changes.ts';
import type { VisitCollections, VisitorDocument } from './visitor-documents.ts';

export interface VisitWriterParts extends SignEnvironment {
  readonly collections: VisitCollections;
  readonly ids: IdSource;
  /** How long nothing is heard of a visitor until they are offline; 0 where they never are for that. */
  readonly quietMs: () => number;
}

/** A visitor who was seen at an address that their visit did not come from before. */
export interface SeenAddress {
  readonly recordId: string;
  readonly ip: string;
}

/** What signs told that concerns others than the visits. */
export interface WrittenSigns {
  /** The addresses that are new. */
  readonly addresses: readonly SeenAddress[];
  /** The registered visitors of whom nothing had been heard for so long that they were offline. */
  readonly returned: readonly string[];
}

/** A number or a token that another instance has taken is tried again this often. */
const maxAttempts = 10;

/**
 * Writes signs in a few commands, however many there are. Visitors who are not known yet are stored with their visit
 * and their counts at once; for the others, visits that are due begin, and then everything is counted and noted.
 * Several instances may do so for the same visitor: each visit begins once.
 */
export async function writeSigns(
  parts: VisitWriterParts,
  signs: readonly FoldedSigns[],
): Promise<WrittenSigns> {
  const found = await findByTokens(parts, signs);
  const { stored, known } = await storeUnknown(parts, signs, found);
  const documents = await beginVisits(
    parts,
    known,
    signs.filter(({ token }) => known.has(token)),
  );
  const changes: SignChanges[] = [];
  const addresses: SeenAddress[] = [];
  for (const each of signs) {
    const { ip = '' } = each.device;
    const added = stored.get(each.token);
    const document = added ?? documents.get(each.token);
    if (document?.visit === undefined) continue;
    const { _id, visit } = document;
    if (added) changes.push({ visitor: [], pages: pageChanges(undefined, each) });
    else changes.push(changesOf(parts, { ...document, visit }, each));
    if (ip !== '' && (added || ip !== visit.device.ip)) addresses.push({ recordId: _id, ip });
  }
  const { visitors, pages } = parts.collections;
  await Promise.all([
    bulk(
      visitors,
      changes.flatMap(({ visitor }) => visitor),
    ),
    bulk(
      pages,
      changes.flatMap((each) => each.pages),
    ),
  ]);
  return { addresses, returned: returnedAmong(parts, signs, known) };
}

/** The registered visitors among those who were known before, of whom nothing was heard for long. */
function returnedAmong(
  { quietMs }: VisitWriterParts,
  signs: readonly FoldedSigns[],
  before: ByToken,
): string[] {
  const quiet = quietMs();
  if (quiet <= 0) return [];
  return signs.flatMap(({ token, firstAt }) => {
    const { visitorId, visit } = before.get(token) ?? {};
    const isBack = visit !== undefined && firstAt.getTime() - visit.lastSeenAt.getTime() >= quiet;
    return isBack && visitorId !== undefined ? [visitorId] : [];
  });
}

async function bulk<T extends { readonly _id: string }>(
  collection: { bulkWrite(operations: AnyBulkWriteOperation<T>[], options: { ordered: false }): unknown },
  operations: AnyBulkWriteOperation<T>[],
): Promise<void> {
  if (operations.length > 0) await collection.bulkWrite(operations, { ordered: false });
}

type ByToken = ReadonlyMap<string, VisitorDocument>;

async function findByTokens(
  { collections }: VisitWriterParts,
  signs: readonly FoldedSigns[],
): Promise<ByToken> {
  const wanted = new Set(signs.map(({ token }) => token));
  const found = await collections.visitors.find({ tokens: { $in: [...wanted] } }).toArray();
  return new Map(
    found.flatMap((document) =>
      (document.tokens ?? [])
        .filter((token) => wanted.has(token))
        .map((token): [string, VisitorDocument] => [token, document]),
    ),
  );
}

/**
 * Stores who is not known yet, with everything that the signs tell.
 * @returns who was stored, and who is known: those found before, and those whom another instance stored first.
 */
async function storeUnknown(
  parts: VisitWriterParts,
  signs: readonly FoldedSigns[],
  found: ByToken,
): Promise<{ readonly stored: ByToken; readonly known: ByToken }> {
  const stored = new Map<string, VisitorDocument>();
  let known = found;
  let missing = signs.filter(({ token }) => !known.has(token));
  for (let attempt = 0; missing.length > 0 && attempt < maxAttempts; attempt += 1) {
    const documents = new Map(missing.map((each) => [each.token, newVisitor(parts, each, attempt)]));
    const taken = new Set(await insertUnlessTaken(parts.collections.visitors, [...documents.values()]));
    for (const [token, document] of documents) if (!taken.has(document)) stored.set(token, document);
    missing = missing.filter(({ token }) => !stored.has(token));
    if (missing.length === 0) break;
    known = new Map([...known, ...(await findByTokens(parts, missing))]);
    missing = missing.filter(({ token }) => !known.has(token));
  }
  return { stored, known };
}

/** Begins the visits that are due, and returns the documents with their visits. */
async function beginVisits(
  parts: VisitWriterParts,
  known: ByToken,
  signs: readonly FoldedSigns[],
): Promise<ByToken> {
  const due = signs.filter(({ token, firstAt }) => {
    const visit = known.get(token)?.visit;
    return visit === undefined || firstAt.getTime() - visit.lastSeenAt.getTime() >= visitIdleMs;
  });
  const beginnings = new Map(due.map((each) => [known.get(each.token)?._id, each]));
  const operations = [...beginnings.values()].flatMap((each) => {
    const document = known.get(each.token);
    return document ? [beginning(parts, document, each)] : [];
  });
  if (operations.length === 0) return known;
  await archive(parts, known, due);
  await parts.collections.visitors.bulkWrite(operations, { ordered: false });
  return new Map([...known, ...(await findByTokens(parts, due))]);
}

/** Keeps the visits that are over; those that another instance has kept already stay as they are. */
async function archive(
  { collections, retentionMs }: VisitWriterParts,
  known: ByToken,
  due: readonly FoldedSigns[],
): Promise<void> {
  const over = due.flatMap(({ token }) => {
    const document = known.get(token);
    if (document?.visit === undefined) return [];
    const expireAt = new Date(document.visit.lastSeenAt.getTime() + retentionMs());
    return { ...document.visit, recordId: document._id, expireAt };
  });
  await insertUnlessTaken(collections.visits, over);
}

/** Begins a visit, unless another instance has done so since the document was read. */
function beginning(
  { ids }: VisitWriterParts,
  { _id, visit: last }: VisitorDocument,
  signs: FoldedSigns,
): AnyBulkWriteOperation<VisitorDocument> {
  const visit = newVisit(ids.hexId(), signs);
  return {
    updateOne: {
      filter: { _id, isMerged: false, 'visit._id': last?._id ?? { $exists: false } },
      update: {
        $set: { visit, ...(last ? { previousVisitAt: last.startedAt } : {}) },
        $inc: { visits: 1 },
      },
    },
  };
}
