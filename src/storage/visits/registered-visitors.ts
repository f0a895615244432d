import { dateOf } from '../../domain/dates.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { insertUnlessTaken } from '../mongodb/insert-unless-taken.ts';
import { type MergeParts, mergeRecords, mostTokens } from './merge-records.ts';
import { unseenVisitor } from './new-visitor.ts';
import type { VisitCollections, VisitorDocument } from './visitor-documents.ts';

/** A visitor whom Rocket.Chat's collection contains, with one of their tokens. */
export interface RegisteredVisitor {
  readonly visitorId: string;
  readonly token?: string | undefined;
  /** When they first came, as far as their document tells. */
  readonly firstVisitAt: Date;
}

/** A visitor as Rocket.Chat knows them; nobody who was deleted. */
export const registeredVisitor = ({ _id, token, ts, disabled }: Visitor): RegisteredVisitor[] =>
  disabled ? [] : [{ visitorId: _id, token, firstVisitAt: dateOf(ts) ?? new Date(0) }];

export interface RegisteredVisitorParts extends MergeParts {
  readonly ids: IdSource;
}

/** What two instances do at once, one of them does again; and numbers may be taken. */
const maxAttempts = 25;

/**
 * Gives each registered visitor a document with public ids: that of their token, if they were on the site before, or
 * else a new one. If both a visitor and their token have one, the token's is merged into the visitor's.
 */
export async function ensureRegistered(
  parts: RegisteredVisitorParts,
  visitors: readonly RegisteredVisitor[],
): Promise<void> {
  let left = visitors;
  for (let attempt = 0; left.length > 0 && attempt < maxAttempts; attempt += 1) {
    const known = await findKnown(parts.collections, left);
    const steps = new Map(left.map((each) => [each, stepFor(each, known)]));
    const unknown = left.filter((each) => steps.get(each) === 'insert');
    const refused = await insertUnlessTaken(
      parts.collections.visitors,
      unknown.map((each) => newDocument(parts, each, known, attempt)),
    );
    const isRefused = new Set(refused.map(({ visitorId }) => visitorId));
    for (const each of left) if (steps.get(each) === 'join') await join(parts, each, known);
    left = left.filter((each) => steps.get(each) === 'join' || isRefused.has(each.visitorId));
  }
}

interface Known {
  readonly byVisitor: ReadonlyMap<string, VisitorDocument>;
  readonly byToken: ReadonlyMap<string, VisitorDocument>;
}

async function findKnown(
  { visitors: collection }: VisitCollections,
  visitors: readonly RegisteredVisitor[],
): Promise<Known> {
  const tokens = visitors.flatMap(({ token }) => token ?? []);
  const [registered, withToken] = await Promise.all([
    collection.find({ visitorId: { $in: visitors.map(({ visitorId }) => visitorId) } }).toArray(),
    tokens.length === 0 ? [] : collection.find({ tokens: { $in: tokens } }).toArray(),
  ]);
  return {
    byVisitor: new Map(registered.map((each) => [each.visitorId ?? '', each])),
    byToken: new Map(
      withToken.flatMap((each) =>
        (each.tokens ?? []).map((token): [string, VisitorDocument] => [token, each]),
      ),
    ),
  };
}

/** What is to be done about a visitor. */
function stepFor(visitor: RegisteredVisitor, known: Known): 'insert' | 'join' | 'done' {
  const own = known.byVisitor.get(visitor.visitorId);
  const ofToken = known.byToken.get(visitor.token ?? '');
  if (own === undefined) return ofToken && ofToken.visitorId === undefined ? 'join' : 'insert';
  // A token that belongs to another registered visitor stays theirs.
  const isDone = visitor.token === undefined || ofToken?.visitorId !== undefined;
  return isDone ? 'done' : 'join';
}

function newDocument(
  { ids }: RegisteredVisitorParts,
  { visitorId, token, firstVisitAt }: RegisteredVisitor,
  known: Known,
  attempt: number,
): VisitorDocument {
  const isFree = token !== undefined && !known.byToken.has(token);
  return {
    ...unseenVisitor(attempt === 0 ? visitorId : ids.hexId(), firstVisitAt, attempt),
    visitorId,
    ...(isFree ? { tokens: [token] } : {}),
  };
}

async function join(
  parts: RegisteredVisitorParts,
  { visitorId, token = '' }: RegisteredVisitor,
  known: Known,
): Promise<void> {
  const { visitors } = parts.collections;
  const own = known.byVisitor.get(visitorId);
  const ofToken = known.byToken.get(token);
  try {
    if (own && ofToken) await mergeRecords(parts, ofToken, own);
    else if (own)
      await visitors.updateOne(
        { _id: own._id, tokens: { $ne: token } },
        { $push: { tokens: { $each: [token], $slice: -mostTokens } } },
      );
    else if (ofToken)
      await visitors.updateOne(
        { _id: ofToken._id, visitorId: { $exists: false } },
        { $set: { visitorId }, $unset: { expireAt: 1 } },
      );
  } catch (error) {
    // Another instance was faster; the next attempt finds what it has done.
    if (!isDuplicateKey(error)) throw error;
  }
}
