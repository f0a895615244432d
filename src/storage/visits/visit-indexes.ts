import { areaParts } from '../../domain/visits/visitor-record.ts';
import type { Index } from '../mongodb/index-definition.ts';

const byArea = (part: (typeof areaParts)[number]): Index => ({
  collection: 'foyer_visitor',
  name: `foyer_visitors_from_${part}`,
  key: { [`visit.place.${part}`]: 1, number: -1 },
  options: {
    partialFilterExpression: { [`visit.place.${part}`]: { $gt: '' }, visitorId: { $exists: true } },
  },
  serves: `LiveChat's chats with ${part}: the registered visitors from there, the latest first`,
});

/** The indexes for visits and public ids. */
export const visitIndexes: readonly Index[] = [
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitor_tokens',
    key: { tokens: 1 },
    options: { unique: true, sparse: true },
    serves: 'what is known of the visitor with a token; one document per token',
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitor_registered',
    key: { visitorId: 1 },
    options: { unique: true, sparse: true },
    serves: 'what is known of a registered visitor; one document for each',
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitor_number',
    key: { number: 1 },
    options: { unique: true },
    serves: 'the visitor with a number; one visitor per number',
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitor_livechat_id',
    key: { liveChatId: 1 },
    options: { unique: true },
    serves: "the visitor with an id in LiveChat's form; one visitor per id",
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitors_newest_first',
    key: { isMerged: 1, number: -1 },
    serves: 'all visitors, those who came last first',
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitors_present',
    key: { presentUntil: 1 },
    options: { sparse: true },
    serves: 'who is on the site, who has left it, and whose last visit is kept no longer',
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitor_merged',
    key: { mergedInto: 1 },
    options: { sparse: true },
    serves: 'who turned out to be a visitor, when that is deleted',
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitor_handover',
    key: { 'handover.begunAt': 1 },
    options: { sparse: true },
    serves: 'merges that a process did not live to finish',
  },
  {
    collection: 'foyer_visitor',
    name: 'foyer_visitor_expiry',
    key: { expireAt: 1 },
    options: { sparse: true, expireAfterSeconds: 0 },
    serves: 'removing those who never registered and have not come back',
  },
  ...areaParts.map(byArea),
  {
    collection: 'foyer_visit',
    name: 'foyer_visits_of_visitor',
    key: { recordId: 1, startedAt: -1 },
    serves: "a visitor's visits, newest first",
  },
  {
    collection: 'foyer_visit',
    name: 'foyer_visit_expiry',
    key: { expireAt: 1 },
    options: { expireAfterSeconds: 0 },
    serves: 'removing old visits',
  },
  {
    collection: 'foyer_page_view',
    name: 'foyer_pages_of_token',
    key: { token: 1, openedAt: 1 },
    serves: 'the pages that a visitor looked at, in their order',
  },
  {
    collection: 'foyer_page_view',
    name: 'foyer_dated_page_expiry',
    key: { expireAt: 1 },
    options: { partialFilterExpression: { expireAt: { $exists: true } }, expireAfterSeconds: 0 },
    replaces: 'foyer_page_expiry',
    serves: 'removing old page views that earlier releases stored',
  },
  {
    collection: 'foyer_public_id',
    name: 'foyer_public_number',
    key: { kind: 1, number: 1 },
    options: { unique: true },
    serves: 'what a public number belongs to; the highest number of a group',
  },
  {
    collection: 'foyer_public_id',
    name: 'foyer_public_code',
    key: { kind: 1, code: 1 },
    options: { unique: true },
    serves: 'what a code belongs to; each is given to one thing',
  },
];
