import type { AnyBulkWriteOperation, UpdateFilter } from 'mongodb';
import { noPlace, type Place, type Visit } from '../../domain/visits/visit.ts';
import { heartbeatLastsMs, signLastsMs } from '../../domain/visits/visit-sign.ts';
import { withoutEmpty } from '../mongodb/without-empty.ts';
import type { FoldedSigns, TimedPage } from './pending-signs.ts';
import type { ViewedPageDocument, VisitorDocument } from './visitor-documents.ts';

/** What changes depend on besides the signs. */
export interface SignEnvironment {
  /** Where an address is. */
  readonly placeOf: (ip: string) => Place;
  /** How long visits are kept. */
  readonly retentionMs: () => number;
}

/** What signs change in their visitor's document and in the pages that they looked at. */
export interface SignChanges {
  readonly visitor: AnyBulkWriteOperation<VisitorDocument>[];
  readonly pages: AnyBulkWriteOperation<ViewedPageDocument>[];
}

type DocumentWithVisit = VisitorDocument & { readonly visit: Visit };

/**
 * Each operation may be carried out after those of newer signs, which another instance was faster to write. Who has been
 * merged into somebody else by then has no visit any more, and gets none.
 */
export function changesOf(
  environment: SignEnvironment,
  document: DocumentWithVisit,
  signs: FoldedSigns,
): SignChanges {
  const { _id, visit } = document;
  const { lastPage, firstPage, laterTitle } = signs;
  const them = { _id, isMerged: false };
  const visitor: AnyBulkWriteOperation<VisitorDocument>[] = [
    { updateOne: { filter: them, update: counted(environment, document, signs) } },
  ];
  if (lastPage) {
    const page = openPageOf(lastPage);
    const older = [
      { 'visit.page': { $exists: false } },
      { 'visit.page.openedAt': { $lt: lastPage.openedAt } },
    ];
    visitor.push({
      updateOne: { filter: { ...them, $or: older }, update: { $set: { 'visit.page': page } } },
    });
  } else if (laterTitle && visit.page) {
    visitor.push({
      updateOne: {
        filter: { ...them, 'visit.page.openedAt': { $lte: laterTitle.at } },
        update: { $set: { 'visit.page.title': laterTitle.title } },
      },
    });
  }
  if (firstPage && visit.landingPage === '') {
    visitor.push({
      updateOne: {
        filter: { ...them, 'visit.landingPage': '' },
        update: { $set: { 'visit.landingPage': firstPage.url, 'visit.referrer': firstPage.referrer } },
      },
    });
  }
  return { visitor, pages: pageChanges(visit.page, signs) };
}

/** What adds up whatever the order, and what no other sign says differently. */
function counted(
  environment: SignEnvironment,
  { visit, visitorId, expireAt }: DocumentWithVisit,
  signs: FoldedSigns,
): UpdateFilter<VisitorDocument> {
  const { pageViews, greetings, greeting, customVariables, group, lastAt } = signs;
  const hasHeartbeat = signs.hasHeartbeat || visit.hasHeartbeat;
  const until = presentUntilAfter(lastAt, hasHeartbeat);
  const { device, place } = deviceAfter(environment, visit, signs.device);
  const expires = visitorId === undefined && expireAt !== undefined;
  return withoutEmpty({
    $inc: {
      pageViews,
      'visit.pageViews': pageViews,
      greetingsShown: greetings.shown,
      greetingsAccepted: greetings.accepted,
      greetingsRefused: greetings.refused,
    },
    $max: {
      'visit.lastSeenAt': lastAt,
      ...(hasHeartbeat ? {} : { presentUntil: until }),
      ...(expires ? { expireAt: expiryAfter(lastAt, environment.retentionMs()) } : {}),
    },
    $set: {
      // Not the maximum: the first heartbeat ends what an earlier sign would have counted for.
      ...(hasHeartbeat ? { presentUntil: until, 'visit.hasHeartbeat': true } : {}),
      ...(greeting === undefined ? {} : { 'visit.greeting': greeting }),
      ...(customVariables === undefined ? {} : { customVariables }),
      ...(group === undefined ? {} : { group }),
      ...(device === undefined ? {} : { 'visit.device': device }),
      ...(place === undefined ? {} : { 'visit.place': place }),
    },
  });
}

/** Until when the visitor counts as present after a sign. */
export const presentUntilAfter = (lastAt: Date, hasHeartbeat: boolean): Date =>
  new Date(lastAt.getTime() + (hasHeartbeat ? heartbeatLastsMs : signLastsMs));

/** Visitors are forgotten on the hour, so that most signs leave the index on that time alone. */
const expiryStepMs = 60 * 60 * 1000;

/** When somebody who was last seen then and never registered is forgotten. */
export const expiryAfter = (lastAt: Date, retentionMs: number): Date =>
  new Date(Math.ceil((lastAt.getTime() + retentionMs) / expiryStepMs) * expiryStepMs);

/** The page as a visit shows it. */
export const openPageOf = ({ referrer: _, ...page }: TimedPage): Visit['page'] & object => page;

/** What is new of the device and of its place. */
export function deviceAfter(
  { placeOf }: SignEnvironment,
  { device: before }: Visit,
  told: FoldedSigns['device'],
): Partial<Pick<Visit, 'device' | 'place'>> {
  const isSame = Object.entries(told).every(([key, value]) => before[key as keyof typeof before] === value);
  if (isSame) return {};
  const moved = told.ip !== undefined && told.ip !== before.ip;
  const place = moved ? placeOf(told.ip) : noPlace;
  return {
    device: { ...before, ...told, ...(moved ? { host: told.ip } : {}) },
    ...(place === noPlace ? {} : { place }),
  };
}

/**
 * What signs change in the pages that are stored.
 * @param open the page that was open before the signs.
 */
export function pageChanges(
  open: Visit['page'],
  { renamed, laterTitle, lastPage, greeting, greetings }: FoldedSigns,
): AnyBulkWriteOperation<ViewedPageDocument>[] {
  const titles = new Map(renamed);
  if (laterTitle && open) titles.set(open._id, laterTitle.title);
  const changes = [...titles].map(
    ([_id, title]): AnyBulkWriteOperation<ViewedPageDocument> => ({
      updateOne: { filter: { _id }, update: { $set: { title } } },
    }),
  );
  const greeted = lastPage?._id ?? open?._id;
  if (greeting && greetings.shown > 0 && greeted !== undefined) {
    changes.push({
      updateOne: { filter: { _id: greeted }, update: { $set: { greeting: greeting.name } } },
    });
  }
  return changes;
}
