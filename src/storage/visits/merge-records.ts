import type { Document } from 'mongodb';
import type { BanStore } from '../../domain/bans/ban.ts';
import type { Visit } from '../../domain/visits/visit.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { insertUnlessTaken } from '../mongodb/insert-unless-taken.ts';
import { withoutEmpty } from '../mongodb/without-empty.ts';
import type { Handover, VisitCollections, VisitorDocument } from './visitor-documents.ts';

export interface MergeParts {
  readonly bans: Pick<BanStore, 'setVisitor'>;
  readonly collections: VisitCollections;
  readonly retentionMs: () => number;
}

/** More tokens than this are not remembered for one person; the oldest ones are forgotten. */
export const mostTokens = 50;
/** So many records may be merged into one at a time. */
const mostReceived = 50;
/** So often may signs of the same person be written in between. */
const maxAttempts = 30;

/** What is known of somebody who turned out to be somebody known, on its way to what is known of the latter. */
interface Merging extends VisitorDocument {
  readonly mergedInto: string;
  readonly handover: Handover;
}

/**
 * Adds what is known of a visitor who turned out to be somebody known to what is known of the latter, who is banned
 * from then on if the former was. Only the public ids stay behind, so that they lead there. However many instances try,
 * it is done once, and not if somebody is registered meanwhile. A merge that was begun before is finished.
 */
export async function mergeRecords(
  parts: MergeParts,
  from: VisitorDocument,
  into: VisitorDocument,
): Promise<void> {
  const { visitors } = parts.collections;
  await visitors.updateOne(
    { _id: from._id, isMerged: false, visitorId: from.visitorId ?? { $exists: false } },
    beginning(into._id),
  );
  const begun = await visitors.findOne<Merging>({ _id: from._id, handover: { $exists: true } });
  if (begun) await finish(parts, begun);
}

/** Finishes the merges that a process began and did not live to finish; ends after the one that it is at if aborted. */
export async function finishMerges(parts: MergeParts, signal: AbortSignal): Promise<void> {
  const begun = parts.collections.visitors.find<Merging>({ 'handover.begunAt': { $exists: true } });
  for await (const from of begun) {
    if (signal.aborted) return;
    await finish(parts, from);
  }
}

/** A token belongs to one document at a time: what is handed over waits in a place where no index sees it. */
const beginning = (intoId: string): Document[] => [
  {
    $set: {
      isMerged: true,
      mergedInto: { $literal: intoId },
      handover: {
        begunAt: '$$NOW',
        tokens: { $ifNull: ['$tokens', []] },
        visit: '$visit',
        presentUntil: '$presentUntil',
      },
    },
  },
  { $unset: ['tokens', 'visit', 'presentUntil', 'expireAt'] },
];

/** Every step may be taken a second time, and by several instances at once. */
async function finish(parts: MergeParts, begun: Merging): Promise<void> {
  const { visitors, visits } = parts.collections;
  let from = begun;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const into = await visitors.findOne({ _id: from.mergedInto });
    if (into?.mergedInto !== undefined && !hasReceived(into, from)) {
      // Who has been merged meanwhile takes nothing more; the one whom they became does.
      await visitors.updateOne(
        { _id: from._id, mergedInto: into._id },
        { $set: { mergedInto: into.mergedInto } },
      );
      from = { ...from, mergedInto: into.mergedInto };
      continue;
    }
    if (into === null) {
      // Who is deleted takes everybody along who turned out to be them.
      await visits.deleteMany({ recordId: { $in: [from._id, from.mergedInto] } });
      await visitors.deleteOne({ _id: from._id });
      return;
    }
    await visits.updateMany({ recordId: from._id }, { $set: { recordId: into._id } });
    if (!(await give(parts, from, into))) continue;
    // When the tokens are there, since they are what is banned.
    const { visitorId = from._id } = from;
    await parts.bans.setVisitor([from._id, visitorId], into.visitorId ?? into._id);
    await visitors.updateOne({ _id: from._id }, { $unset: { handover: 1 } });
    return;
  }
}

const hasReceived = ({ received = [] }: VisitorDocument, { _id }: Merging): boolean => received.includes(_id);

/** @returns false if the visit or the tokens are others by now, or the one who takes them has been merged. */
async function give(parts: MergeParts, from: Merging, into: VisitorDocument): Promise<boolean> {
  if (hasReceived(into, from)) return true;
  const { visitors } = parts.collections;
  await keepOther(parts, from, into);
  const unchanged = {
    _id: into._id,
    isMerged: false,
    'visit._id': into.visit?._id ?? { $exists: false },
    received: { $ne: from._id },
  };
  try {
    const { matchedCount } = await visitors.updateOne(
      unchanged,
      addition(from, into, await freeTokens(parts, from)),
    );
    return matchedCount === 1;
  } catch (error) {
    // A token has just been taken.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Those of the tokens that no document has: one that is used meanwhile has a document of its own. */
async function freeTokens({ collections }: MergeParts, { handover }: Merging): Promise<readonly string[]> {
  const { tokens } = handover;
  const holders = await collections.visitors
    .find({ tokens: { $in: [...tokens] } }, { projection: { tokens: 1 } })
    .toArray();
  const held = new Set(holders.flatMap((each) => each.tokens ?? []));
  return tokens.filter((token) => !held.has(token));
}

/** Keeps the older one of the two last visits as one that is over. */
async function keepOther(
  { collections, retentionMs }: MergeParts,
  { handover }: Merging,
  into: VisitorDocument,
): Promise<void> {
  const over = isNewer(handover.visit, into.visit) ? into.visit : handover.visit;
  if (over === undefined) return;
  const expireAt = new Date(over.lastSeenAt.getTime() + retentionMs());
  await insertUnlessTaken(collections.visits, [{ ...over, recordId: into._id, expireAt }]);
}

function addition(from: Merging, into: VisitorDocument, tokens: readonly string[]): Document {
  const { visit, presentUntil } = from.handover;
  const takesVisit = visit !== undefined && isNewer(visit, into.visit);
  return withoutEmpty({
    $push: {
      received: { $each: [from._id], $slice: -mostReceived },
      ...(tokens.length > 0 && { tokens: { $each: tokens, $slice: -mostTokens } }),
    },
    $inc: {
      visits: from.visits,
      pageViews: from.pageViews,
      greetingsShown: from.greetingsShown,
      greetingsAccepted: from.greetingsAccepted,
      greetingsRefused: from.greetingsRefused,
    },
    $set: {
      ...(takesVisit && { visit }),
      ...(takesVisit && into.visit && { previousVisitAt: into.visit.startedAt }),
      ...(from.customVariables.length > 0 && { customVariables: from.customVariables }),
      ...(from.group !== undefined && { group: from.group }),
    },
    $max: presentUntil ? { presentUntil } : {},
  });
}

const isNewer = (one: Visit | undefined, other: Visit | undefined): boolean =>
  one !== undefined && (other === undefined || one.lastSeenAt >= other.lastSeenAt);
