import type { BanStore } from '../../domain/bans/ban.ts';
import type { Visit } from '../../domain/visits/visit.ts';
import { insertUnlessTaken } from '../mongodb/insert-unless-taken.ts';
import { withoutEmpty } from '../mongodb/without-empty.ts';
import type { VisitCollections, VisitorDocument } from './visitor-documents.ts';

export interface MergeParts {
  readonly bans: Pick<BanStore, 'setVisitor'>;
  readonly collections: VisitCollections;
  readonly retentionMs: () => number;
}

/** More tokens than this are not remembered for one person; the oldest ones are forgotten. */
export const mostTokens = 50;

/**
 * Adds what is known of a visitor who turned out to be somebody known to what is known of the latter, who is banned
 * from then on if the former was. Only the public ids stay behind, so that they lead there. However many instances try,
 * it is done once, and not if somebody is registered meanwhile.
 */
export async function mergeRecords(
  parts: MergeParts,
  from: VisitorDocument,
  into: VisitorDocument,
): Promise<void> {
  const taken = await parts.collections.visitors.findOneAndUpdate(
    { _id: from._id, isMerged: false, visitorId: from.visitorId ?? { $exists: false } },
    {
      $set: { isMerged: true, mergedInto: into._id },
      $unset: { tokens: 1, visit: 1, presentUntil: 1, expireAt: 1 },
    },
    { returnDocument: 'before' },
  );
  if (taken !== null) await addTo(into, taken, parts);
  else if (from.mergedInto !== into._id) return;
  // Last, when the tokens are there, and once more if this is repeated because the process died.
  const { visitorId = from._id } = from;
  await parts.bans.setVisitor([from._id, visitorId], into.visitorId ?? into._id);
}

/** Adds what a record contained that was taken. */
async function addTo(
  into: VisitorDocument,
  taken: VisitorDocument,
  { collections: { visitors, visits }, retentionMs }: MergeParts,
): Promise<void> {
  const takesVisit = isNewer(taken.visit, into.visit);
  const over = takesVisit ? into.visit : taken.visit;
  const change = withoutEmpty({
    $push: { tokens: { $each: [...(taken.tokens ?? [])], $slice: -mostTokens } },
    $inc: {
      visits: taken.visits,
      pageViews: taken.pageViews,
      greetingsShown: taken.greetingsShown,
      greetingsAccepted: taken.greetingsAccepted,
      greetingsRefused: taken.greetingsRefused,
    },
    $set: {
      ...(takesVisit && taken.visit ? { visit: taken.visit } : {}),
      ...(takesVisit && into.visit ? { previousVisitAt: into.visit.startedAt } : {}),
      ...(taken.customVariables.length > 0 ? { customVariables: taken.customVariables } : {}),
      ...(taken.group === undefined ? {} : { group: taken.group }),
    },
    $max: taken.presentUntil ? { presentUntil: taken.presentUntil } : {},
  });
  await visitors.updateOne({ _id: into._id }, change);
  await visits.updateMany({ recordId: taken._id }, { $set: { recordId: into._id } });
  if (over === undefined) return;
  const expireAt = new Date(over.lastSeenAt.getTime() + retentionMs());
  await insertUnlessTaken(visits, [{ ...over, recordId: into._id, expireAt }]);
}

const isNewer = (one: Visit | undefined, other: Visit | undefined): boolean =>
  one !== undefined && (other === undefined || one.lastSeenAt >= other.lastSeenAt);
