import type { IdSource } from '../../domain/ids.ts';
import { liveChatIdOf, numberOfMoment } from '../../domain/visits/public-ids.ts';
import { noDevice, noPlace, type Visit } from '../../domain/visits/visit.ts';
import type { FoldedSigns } from './pending-signs.ts';
import {
  deviceAfter,
  expiryAfter,
  openPageOf,
  presentUntilAfter,
  type SignEnvironment,
} from './sign-changes.ts';
import type { VisitorDocument } from './visitor-documents.ts';

/** The document of somebody about whom nothing is known but when they first came. */
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

/** A visit as it begins, before anything is counted. */
export const newVisit = (_id: string, { firstAt, firstPage }: FoldedSigns): Visit => ({
  _id,
  startedAt: firstAt,
  lastSeenAt: firstAt,
  pageViews: 0,
  referrer: firstPage?.referrer ?? '',
  landingPage: firstPage?.url ?? '',
  device: noDevice,
  place: noPlace,
  hasHeartbeat: false,
});

/** The document of somebody whom nobody has seen before, with their first visit and all that the signs tell. */
export function newVisitor(
  environment: SignEnvironment & { readonly ids: IdSource },
  signs: FoldedSigns,
  attempt: number,
): VisitorDocument {
  const { token, firstAt, lastAt, pageViews, greetings, customVariables = [], group, hasHeartbeat } = signs;
  return {
    ...unseenVisitor(environment.ids.hexId(), firstAt, attempt),
    tokens: [token],
    visit: firstVisit(environment, signs),
    visits: 1,
    pageViews,
    greetingsShown: greetings.shown,
    greetingsAccepted: greetings.accepted,
    greetingsRefused: greetings.refused,
    customVariables,
    ...(group === undefined ? {} : { group }),
    presentUntil: presentUntilAfter(lastAt, hasHeartbeat),
    expireAt: expiryAfter(lastAt, environment.retentionMs()),
  };
}

function firstVisit(environment: SignEnvironment & { readonly ids: IdSource }, signs: FoldedSigns): Visit {
  const { lastAt, lastPage, pageViews, greeting, hasHeartbeat, device } = signs;
  const begun = newVisit(environment.ids.hexId(), signs);
  return {
    ...begun,
    lastSeenAt: lastAt,
    pageViews,
    ...(lastPage === undefined ? {} : { page: openPageOf(lastPage) }),
    ...(greeting === undefined ? {} : { greeting }),
    ...deviceAfter(environment, begun, device),
    hasHeartbeat,
  };
}
