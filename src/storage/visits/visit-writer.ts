import type { AnyBulkWriteOperation } from 'mongodb';
import type { IdSource } from '../../domain/ids.ts';
import { liveChatIdOf, numberOfMoment } from '../../domain/visits/public-ids.ts';
import { noDevice, noPlace, type Visit, visitIdleMs } from '../../domain/visits/visit.ts';
import { insertUnlessTaken } from '../mongodb/insert-unless-taken.ts';
import type { FoldedSigns } from './pending-signs.ts';
import { changesOf, type SignEnvironment } from './sign-changes.ts';
import type { VisitCollections, VisitorDocument } from './visitor-documents.ts';

export interface VisitWriterParts extends SignEnvironment {
  readonly collections: VisitCollections;
  readonly ids: IdSource;
}

/** A visitor's document with a visit in progress, and the signs that belong to it. */
export interface OngoingVisit {
  readonly document: VisitorDocument & { readonly visit: Visit };
  readonly signs: FoldedSigns;
}

/** A number or a token that another instance has taken is tried again this often. */
const maxAttempts = 10;

/**
 * Writes signs in a few commands, however many there are: visitors who are not known yet are stored, visits that are
 * due begin, and then everything is counted and noted. Several instances may do so for the same visitor: each visit
 * begins once.
 * @returns the visits that the signs belong to.
 */
export async function writeSigns(
  parts: VisitWriterParts,
  signs: readonly FoldedSigns[],
): Promise<OngoingVisit[]> {
  const documents = await beginVisits(parts, await ensureKnown(parts, signs), signs);
  const ongoing = signs.flatMap((each) => {
    const document = documents.get(each.token);
    return document?.visit ? [{ document: { ...document, visit: document.visit }, signs: each }] : [];
  });
  const changes = ongoing.map(({ document, signs: each }) => changesOf(parts, document, each));
  await Promise.all([
    bulk(
      parts.collections.visitors,
      changes.flatMap(({ visitor }) => visitor),
    ),
    bulk(
      parts.collections.pages,
      changes.flatMap(({ pages }) => pages),
    ),
  ]);
  return ongoing;
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

/** The documents of all tokens; what is missing is stored, by whichever instance gets there first. */
async function ensureKnown(parts: VisitWriterParts, signs: readonly FoldedSigns[]): Promise<ByToken> {
  let known = await findByTokens(parts, signs);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const missing = signs.filter(({ token }) => !known.has(token));
    if (missing.length === 0) break;
    await insertUnlessTaken(
      parts.collections.visitors,
      missing.map((each) => newVisitor(parts, each, attempt)),
    );
    known = new Map([...known, ...(await findByTokens(parts, missing))]);
  }
  return known;
}

const newVisitor = (
  { ids, retentionMs }: VisitWriterParts,
  { token, firstAt }: FoldedSigns,
  attempt: number,
): VisitorDocument => ({
  ...unseenVisitor(ids.hexId(), firstAt, attempt),
  tokens: [token],
  expireAt: new Date(firstAt.getTime() + retentionMs()),
});

/** The document of somebody of whom nothing is known but when they first came. */
export const unseenVisitor = (_id: string, firstVisitAt: Date, attempt: number): VisitorDocument => ({
  _id,
  number: numberOfMoment(firstVisitAt, attempt),
  liveChatId: liveChatIdOf(firstVisitAt),
  firstVisitAt,
  visits: 0,
  pageViews: 0,
  greetingsShown: 0,
  greetingsAccepted: 0,
  greetingsRefused: 0,
  customVariables: [],
  isMerged: false,
});

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
  { firstAt, firstPage }: FoldedSigns,
): AnyBulkWriteOperation<VisitorDocument> {
  const visit: Visit = {
    _id: ids.hexId(),
    startedAt: firstAt,
    lastSeenAt: firstAt,
    pageViews: 0,
    referrer: firstPage?.referrer ?? '',
    landingPage: firstPage?.url ?? '',
    device: noDevice,
    place: noPlace,
    hasHeartbeat: false,
  };
  return {
    updateOne: {
      filter: { _id, 'visit._id': last?._id ?? { $exists: false } },
      update: {
        $set: { visit, ...(last ? { previousVisitAt: last.startedAt } : {}) },
        $inc: { visits: 1 },
      },
    },
  };
}
