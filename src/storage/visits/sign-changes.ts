import type { AnyBulkWriteOperation, UpdateFilter } from 'mongodb';
import { noPlace, type Place, type Visit } from '../../domain/visits/visit.ts';
import { heartbeatLastsMs, signLastsMs } from '../../domain/visits/visit-sign.ts';
import type { FoldedSigns } from './pending-signs.ts';
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

/** Each operation may be carried out after those of newer signs, which another instance was faster to write. */
export function changesOf(
  environment: SignEnvironment,
  document: DocumentWithVisit,
  signs: FoldedSigns,
): SignChanges {
  const { _id, visit } = document;
  const { lastPage, firstPage, laterTitle } = signs;
  const visitor: AnyBulkWriteOperation<VisitorDocument>[] = [
    { updateOne: { filter: { _id }, update: counted(environment, document, signs) } },
  ];
  if (lastPage) {
    const { referrer: _, ...page } = lastPage;
    const older = [
      { 'visit.page': { $exists: false } },
      { 'visit.page.openedAt': { $lt: lastPage.openedAt } },
    ];
    visitor.push({ updateOne: { filter: { _id, $or: older }, update: { $set: { 'visit.page': page } } } });
  } else if (laterTitle && visit.page) {
    visitor.push({
      updateOne: {
        filter: { _id, 'visit.page.openedAt': { $lte: laterTitle.at } },
        update: { $set: { 'visit.page.title': laterTitle.title } },
      },
    });
  }
  if (firstPage && visit.landingPage === '') {
    visitor.push({
      updateOne: {
        filter: { _id, 'visit.landingPage': '' },
        update: { $set: { 'visit.landingPage': firstPage.url, 'visit.referrer': firstPage.referrer } },
      },
    });
  }
  return { visitor, pages: pageChanges(visit, signs) };
}

/** What adds up whatever the order, and what no other sign says differently. */
function counted(
  environment: SignEnvironment,
  { visit, visitorId, expireAt }: DocumentWithVisit,
  signs: FoldedSigns,
): UpdateFilter<VisitorDocument> {
  const { pageViews, greetings, greeting, customVariables, lastAt } = signs;
  const hasHeartbeat = signs.hasHeartbeat || visit.hasHeartbeat;
  const until = new Date(lastAt.getTime() + (hasHeartbeat ? heartbeatLastsMs : signLastsMs));
  const expires = visitorId === undefined && expireAt !== undefined;
  return {
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
      ...(expires ? { expireAt: new Date(lastAt.getTime() + environment.retentionMs()) } : {}),
    },
    $set: {
      // Not the maximum: the first heartbeat ends what an earlier sign would have counted for.
      ...(hasHeartbeat ? { presentUntil: until, 'visit.hasHeartbeat': true } : {}),
      ...(greeting === undefined ? {} : { 'visit.greeting': greeting }),
      ...(customVariables === undefined ? {} : { customVariables }),
      ...deviceChange(environment, visit, signs),
    },
  };
}

function deviceChange(
  { placeOf }: SignEnvironment,
  { device: before }: Visit,
  { device: told }: FoldedSigns,
): { readonly 'visit.device'?: Visit['device']; readonly 'visit.place'?: Place } {
  const moved = told.ip !== undefined && told.ip !== before.ip;
  const device = { ...before, ...told, ...(moved ? { host: told.ip } : {}) };
  const isSame = Object.entries(told).every(([key, value]) => before[key as keyof typeof before] === value);
  if (isSame) return {};
  const place = moved ? placeOf(told.ip) : undefined;
  return { 'visit.device': device, ...(place && place !== noPlace ? { 'visit.place': place } : {}) };
}

function pageChanges(
  visit: Visit,
  { renamed, laterTitle, lastPage, greeting, greetings }: FoldedSigns,
): AnyBulkWriteOperation<ViewedPageDocument>[] {
  const titles = new Map(renamed);
  if (laterTitle && visit.page) titles.set(visit.page._id, laterTitle.title);
  const changes = [...titles].map(
    ([_id, title]): AnyBulkWriteOperation<ViewedPageDocument> => ({
      updateOne: { filter: { _id }, update: { $set: { title } } },
    }),
  );
  const greeted = lastPage?._id ?? visit.page?._id;
  if (greeting && greetings.shown > 0 && greeted !== undefined) {
    changes.push({
      updateOne: { filter: { _id: greeted }, update: { $set: { greeting: greeting.name } } },
    });
  }
  return changes;
}
