import type { BanStore } from '../bans/ban.ts';
import type { Clock } from '../clock.ts';
import type { ContactStore } from '../contacts/contact.ts';
import { type ErasureStore, erasureIdOf } from '../erasures/erasure.ts';
import { AppError } from '../errors.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import { offlineMailId, replyMailId } from '../offline-messages/offline-mail.ts';
import type { OfflineMessageStore } from '../offline-messages/offline-message.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { Settings } from '../settings/settings.ts';
import type { ReachedGoalStore } from '../visitor-details/reached-goal.ts';
import type { DetailSetStore } from '../visitor-details/visitor-details.ts';
import { type FurtherTokenStore, listTokens } from '../visitors/further-tokens.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { IdentityStore } from '../visitors/identity.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import type { VisitorSearch } from '../visitors/visitor-search.ts';
import type { VisitEraser } from '../visits/visit-eraser.ts';
import type { VisitorRecord, VisitorRecords } from '../visits/visitor-record.ts';
import { type DeleteRoomsDeps, deleteRooms } from './delete-rooms.ts';

export interface RemoveVisitorDeps {
  readonly jobs: Jobs;
  readonly visitors: VisitorStore;
  readonly rooms: RoomStore;
  readonly settings: Settings;
}

/**
 * Forgets a visitor, and with them the other visitors of the same contact. As in Rocket.Chat, their rooms are deleted
 * with everything in them, while their own documents stay, without personal data. With thousands of rooms, the rest is
 * deleted after this returns.
 * @returns the visitor as they were.
 * @throws {AppError} `invalid-token`; `visitor-has-open-rooms` if one is open, unless the setting for data protection
 *   allows it.
 */
export async function removeVisitor(deps: RemoveVisitorDeps, token: string): Promise<Visitor> {
  const visitor = await getVisitorByToken(deps, token);
  await refuseOpenRooms(deps, [visitor._id]);
  await deps.jobs.run('remove-visitor', visitor._id);
  return visitor;
}

/** @throws {AppError} `visitor-has-open-rooms` */
export async function refuseOpenRooms(
  { rooms, settings }: Pick<RemoveVisitorDeps, 'rooms' | 'settings'>,
  visitorIds: readonly string[],
): Promise<void> {
  if (settings.get('Livechat_Allow_collect_and_store_HTTP_header_informations')) return;
  for (const id of visitorIds) {
    if ((await rooms.findOpenByVisitor(id)) !== null)
      throw new AppError('visitor-has-open-rooms', { reason: 'Cannot remove visitors with opened rooms' });
  }
}

export interface RemoveVisitorDataDeps extends DeleteRoomsDeps {
  readonly bans: BanStore;
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly detailSets: DetailSetStore;
  readonly erasures: ErasureStore;
  readonly furtherTokens: FurtherTokenStore;
  readonly identities: IdentityStore;
  readonly offlineMessages: OfflineMessageStore;
  readonly reachedGoals: ReachedGoalStore;
  readonly visitEraser: VisitEraser;
  readonly visitorRecords: VisitorRecords;
  readonly visitors: VisitorStore;
  readonly visitorSearch: VisitorSearch;
}

/**
 * The job: removes what there is of a visitor, or of somebody who never registered, by the `_id` of what is known of
 * them. A visitor's own document goes last, since everything else is found by way of it when an interrupted run is
 * repeated. What it reports is the receipt: how many documents of each kind are gone.
 */
export async function removeVisitorData(deps: RemoveVisitorDataDeps, run: JobRun): Promise<void> {
  const receiptId = erasureIdOf(run.subjectId);
  await removeAll(deps, {
    subjectId: run.subjectId,
    async report(deleted, left) {
      await deps.erasures.count(receiptId, deleted);
      await run.report(deleted, left);
    },
  });
  await deps.erasures.finish(receiptId, deps.clock());
}

async function removeAll(deps: RemoveVisitorDataDeps, run: JobRun): Promise<void> {
  const { subjectId: visitorId } = run;
  const others = (await deps.contacts.listVisitorIds(visitorId)).filter((id) => id !== visitorId);
  for (const id of [...others, visitorId]) {
    await removePageViews(deps, id, run);
    await removeRooms(deps, id, run);
    await removeIdentity(deps, id, run);
    if (id !== visitorId) await deps.visitors.disable(id);
  }
  await run.report({ contacts: await deps.contacts.disable(visitorId), visitors: others.length + 1 });
  await deps.visitors.disable(visitorId);
  for (const id of [...others, visitorId]) {
    // A room that was opened meanwhile, or a visit that was noted; from now on, whoever writes one notices that the
    // visitor is gone.
    await removeRooms(deps, id, run);
    await run.report({ visits: await deps.visitEraser.erase(id, []) });
    await deps.visitorSearch.forget(id);
  }
}

/** So many page views take a second at most. */
const pageViewsAtATime = 1_000;

/** Removes the page views of all tokens that the visitor has or had. They go first: old rooms tell the old tokens. */
async function removePageViews(deps: RemoveVisitorDataDeps, visitorId: string, run: JobRun): Promise<void> {
  const tokens = await tokensOf(deps, visitorId);
  await removeLeftBehind(deps, visitorId, run);
  for (const token of tokens) {
    for (let deleted = pageViewsAtATime; deleted === pageViewsAtATime; ) {
      deleted = await deps.messages.deletePageViews(token, pageViewsAtATime);
      if (deleted > 0) await run.report({ pageViews: deleted });
    }
  }
  await run.report({ visits: await deps.visitEraser.erase(visitorId, tokens) });
}

/**
 * Removes what is kept with the visitor's records: what they left, its mails, what integrators told of them, and bans
 * from before they registered.
 */
async function removeLeftBehind(deps: RemoveVisitorDataDeps, visitorId: string, run: JobRun): Promise<void> {
  const { bans, deliveries, detailSets, offlineMessages, publicIds, reachedGoals } = deps;
  const record = await recordOf(deps, visitorId);
  if (record === undefined) return;
  for (const { number, recordId } of [record, ...(await deps.visitorRecords.listMerged(record))]) {
    const left = await offlineMessages.deleteByVisitor(number);
    const mails = left.flatMap(({ id, replyIds }) => [offlineMailId(id), ...replyIds.map(replyMailId)]);
    await deliveries.remove(mails);
    const ids = left.map(({ id }) => id);
    await deliveries.removeAbout(ids);
    await publicIds.forget('offline-message', ids);
    const details = await detailSets.deleteByVisitor(recordId);
    const goals = await reachedGoals.deleteByVisitor(recordId);
    const banned = await bans.removeOfVisitor(recordId);
    await run.report({ offlineMessages: left.length, details, goals, bans: banned });
  }
}

/** What is known of a visitor, or of somebody who never registered. */
async function recordOf(
  { visitorRecords }: RemoveVisitorDataDeps,
  id: string,
): Promise<VisitorRecord | undefined> {
  const record = await visitorRecords.find({ by: 'id', value: id });
  // Another one is that of the person whom they turned out to be meanwhile.
  return record?.id === id ? record : undefined;
}

/** The visitor's tokens, the earlier ones too, unless one is somebody else's by now. */
async function tokensOf(deps: RemoveVisitorDataDeps, visitorId: string): Promise<string[]> {
  const { rooms, visitors } = deps;
  const [current, ofRooms, record] = await Promise.all([
    listTokens(deps, visitorId),
    rooms.listTokensByVisitor(visitorId),
    recordOf(deps, visitorId),
  ]);
  const earlier = [...ofRooms, ...(record?.tokens ?? [])];
  const own = new Set(current);
  for (const token of earlier) {
    const holder = own.has(token) ? null : await visitors.findByToken(token);
    if (holder === null || holder._id === visitorId) own.add(token);
  }
  return [...own];
}

/** Removes what tells who the visitor is. */
async function removeIdentity(deps: RemoveVisitorDataDeps, visitorId: string, run: JobRun): Promise<void> {
  const { bans, furtherTokens, identities, visitors } = deps;
  await run.report({
    bans: await bans.removeOfVisitor(visitorId),
    claims: await visitors.deleteClaims(visitorId),
    identities: await identities.deleteByVisitor(visitorId),
    tokens: await furtherTokens.deleteByVisitor(visitorId),
  });
}

/** So many rooms take a second or two, unless they are unusually long. */
const roomsAtATime = 100;

async function removeRooms(deps: RemoveVisitorDataDeps, visitorId: string, run: JobRun): Promise<void> {
  const { rooms } = deps;
  for (;;) {
    const ids = await rooms.listIdsByVisitor(visitorId, roomsAtATime);
    if (ids.length === 0) return;
    const messages = await deleteRooms(deps, ids);
    await run.report({ rooms: ids.length, messages }, await rooms.countByVisitor(visitorId));
  }
}
