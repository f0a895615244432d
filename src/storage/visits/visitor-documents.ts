import type { Collection, Db } from 'mongodb';
import type { ViewedPage, Visit } from '../../domain/visits/visit.ts';
import type { VisitorRecord } from '../../domain/visits/visitor-record.ts';

/** A document of `foyer_visitor`. */
export interface VisitorDocument
  extends Omit<VisitorRecord, 'id' | 'recordId' | 'visitorId' | 'tokens' | 'previousVisitAt' | 'visit'> {
  readonly _id: string;
  readonly visitorId?: string;
  /** Absent rather than empty, since the index on it is unique. */
  readonly tokens?: readonly string[];
  readonly previousVisitAt?: Date;
  readonly visit?: Visit;
  /** Until when the visitor counts as present. */
  readonly presentUntil?: Date;
  /** The document of somebody who never registered is deleted then. */
  readonly expireAt?: Date;
  /** Whether they turned out to be somebody known: what is known is there, only the public ids stay. */
  readonly isMerged: boolean;
  readonly mergedInto?: string;
  /** What has not arrived there yet. */
  readonly handover?: Handover;
  /** The latest documents that were merged into this one. */
  readonly received?: readonly string[];
}

/** What a visitor who turned out to be somebody known hands over, besides the counts. */
export interface Handover {
  readonly begunAt: Date;
  readonly tokens: readonly string[];
  readonly visit?: Visit;
  readonly presentUntil?: Date;
}

/** A visit that is over: a document of `foyer_visit`. */
export interface PastVisit extends Visit {
  /** The `_id` of the visitor's document. */
  readonly recordId: string;
  readonly expireAt: Date;
}

/** A document of `foyer_page_view`. */
export interface ViewedPageDocument extends ViewedPage {
  /** When the database removes it; only earlier releases stored a date. The others go by their age, which their `_id` tells. */
  readonly expireAt?: Date;
}

export interface VisitCollections {
  readonly visitors: Collection<VisitorDocument>;
  readonly visits: Collection<PastVisit>;
  readonly pages: Collection<ViewedPageDocument>;
}

export const visitCollectionsOf = (db: Db): VisitCollections => ({
  visitors: db.collection('foyer_visitor'),
  visits: db.collection('foyer_visit'),
  pages: db.collection('foyer_page_view'),
});

/** What the domain knows of a document. */
export const recordOf = ({
  _id,
  visitorId,
  tokens = [],
  previousVisitAt,
  visit,
  ...counts
}: VisitorDocument): VisitorRecord => ({
  id: visitorId ?? _id,
  recordId: _id,
  visitorId,
  tokens,
  previousVisitAt,
  visit,
  number: counts.number,
  liveChatId: counts.liveChatId,
  firstVisitAt: counts.firstVisitAt,
  visits: counts.visits,
  pageViews: counts.pageViews,
  greetingsShown: counts.greetingsShown,
  greetingsAccepted: counts.greetingsAccepted,
  greetingsRefused: counts.greetingsRefused,
  customVariables: counts.customVariables,
  ...(counts.group === undefined ? {} : { group: counts.group }),
});
