import type { ContactStore } from '../contacts/contact.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import type { MessageStore } from '../messages/message.ts';
import type { OfflineMessageStore } from '../offline-messages/offline-message.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { SubscriptionStore } from '../rooms/subscription.ts';
import type { DetailSetStore } from '../visitor-details/visitor-details.ts';
import type { FurtherTokenStore } from '../visitors/further-tokens.ts';
import type { VisitorStore } from '../visitors/visitor.ts';
import type { VisitMerger } from '../visits/visit-merger.ts';
import type { VisitorRecord, VisitorRecords } from '../visits/visitor-record.ts';

export interface MergeVisitorDeps {
  readonly contacts: ContactStore;
  readonly detailSets: DetailSetStore;
  readonly furtherTokens: FurtherTokenStore;
  readonly inquiries: InquiryStore;
  readonly jobs: Jobs;
  readonly messages: MessageStore;
  readonly offlineMessages: OfflineMessageStore;
  readonly rooms: RoomStore;
  readonly subscriptions: SubscriptionStore;
  readonly visitMerger: VisitMerger;
  readonly visitorRecords: VisitorRecords;
  readonly visitors: VisitorStore;
}

/** So many rooms take a second or two, unless they are unusually long. */
const roomsAtATime = 100;

/** What the job is about: who is merged into whom. */
export const mergeSubject = (fromId: string, intoId: string): string => JSON.stringify([fromId, intoId]);

/** Who is merged into whom, as a job's subject says. */
export const visitorsOf = ({ subjectId }: Pick<JobRun, 'subjectId'>): [fromId: string, intoId: string] =>
  JSON.parse(subjectId);

/** The visitor, or whoever they have been merged into; null if they have been deleted. */
export async function successorOf(
  { visitorRecords, visitors }: Pick<MergeVisitorDeps, 'visitorRecords' | 'visitors'>,
  id: string,
): Promise<string | null> {
  if ((await visitors.findEnabledById(id)) !== null) return id;
  const record = await visitorRecords.find({ by: 'id', value: id });
  const visitor = record?.visitorId && (await visitors.findEnabledById(record.visitorId));
  return visitor ? visitor._id : null;
}

/**
 * The job: merges a visitor, or somebody who never registered, into a visitor, for whom their first token acts as soon
 * as it is no longer theirs. That is the first step; conversations, contacts, further tokens and visits follow, and
 * what integrators told of them. What they said of themselves is forgotten.
 */
export function mergeVisitor(deps: MergeVisitorDeps, run: JobRun): Promise<void> {
  const [fromId, intoId] = visitorsOf(run);
  return mergeInto(deps, run, fromId, intoId);
}

async function mergeInto(deps: MergeVisitorDeps, run: JobRun, fromId: string, intoId: string): Promise<void> {
  const { contacts, furtherTokens, jobs, visitors } = deps;
  const personId = await successorOf(deps, intoId);
  // They have been made one already, the other way round.
  if (personId === fromId) return;
  const token = (await visitors.findEnabledById(fromId))?.token;
  if (token !== undefined) await visitors.dropToken(fromId, token);
  // A visitor who has been deleted meanwhile gets nothing back.
  if (personId === null) return jobs.run('remove-visitor', fromId);
  await moveRooms(deps, run, fromId, personId);
  await contacts.setVisitor(fromId, personId);
  await furtherTokens.move(fromId, personId);
  await moveRecord(deps, fromId, personId);
  await visitors.disable(fromId);
  // A room that was opened meanwhile; from now on, whoever opens one notices that the visitor is gone.
  await moveRooms(deps, run, fromId, personId);
  // What came to somebody who was being merged or deleted follows them, and so does what did not come to them.
  if ((await visitors.findEnabledById(personId)) === null)
    for (const id of [personId, fromId]) await mergeInto(deps, run, id, personId);
}

/** Moves what is known of visits, and what is kept with it. The record comes last, since the rest is found by it. */
async function moveRecord(deps: MergeVisitorDeps, fromId: string, intoId: string): Promise<void> {
  const { detailSets, offlineMessages, visitMerger } = deps;
  const [from, into] = [await recordOf(deps, fromId), await recordOf(deps, intoId)];
  if (!from || !into || from.recordId === into.recordId) return;
  await detailSets.move(from.recordId, into.recordId);
  await offlineMessages.setVisitor(from.number, into.number);
  await visitMerger.merge(from.recordId, into.recordId);
}

/** A visitor's own record, even if it has been merged into another one; that of somebody who never registered. */
async function recordOf({ visitorRecords }: MergeVisitorDeps, id: string): Promise<VisitorRecord | null> {
  const [own] = await visitorRecords.listByVisitorIds([id]);
  return own ?? visitorRecords.find({ by: 'id', value: id });
}

/** Makes all rooms of a visitor, and what is in them, another visitor's. */
async function moveRooms(
  { inquiries, messages, rooms, subscriptions }: MergeVisitorDeps,
  run: JobRun,
  fromId: string,
  intoId: string,
): Promise<void> {
  for (;;) {
    const ids = await rooms.listIdsByVisitor(fromId, roomsAtATime);
    if (ids.length === 0) return;
    await Promise.all([
      inquiries.setVisitor(ids, intoId),
      messages.setVisitor(ids, fromId, intoId),
      subscriptions.setVisitor(ids, intoId),
    ]);
    await rooms.setVisitor(ids, intoId);
    await run.report({ rooms: ids.length });
  }
}
