import type { Batches } from '../paging.ts';
import type { VisitorIds, VisitorReference } from './public-ids.ts';
import type { Place, ViewedPage, Visit } from './visit.ts';

/** A variable that the site's tracking code sets. */
export interface CustomVariable {
  readonly key: string;
  readonly value: string;
}

/** What is known of somebody who was on the site, registered or not: a document of `foyer_visitor`. */
export interface VisitorRecord extends VisitorIds {
  /** The `_id` of the document in `foyer_visitor`. */
  readonly recordId: string;
  /** The `_id` of Rocket.Chat's document, once they are registered. */
  readonly visitorId: string | undefined;
  /** Every token that their browsers had. Secrets: whoever has one can write in their name. */
  readonly tokens: readonly string[];
  readonly firstVisitAt: Date;
  /** When the visit before the current or last one began; absent if there was none. */
  readonly previousVisitAt: Date | undefined;
  /** Counts over all visits, including the current one. */
  readonly visits: number;
  readonly pageViews: number;
  readonly greetingsShown: number;
  readonly greetingsAccepted: number;
  readonly greetingsRefused: number;
  readonly customVariables: readonly CustomVariable[];
  /** The number of the department to which the page belongs that they opened last; absent if no page said so. */
  readonly group?: number;
  /** The current or last visit; absent if there was none within the time that visits are kept. */
  readonly visit: Visit | undefined;
}

/** The parts of a place by which an area can be named. */
export const areaParts = ['city', 'region', 'country'] as const;

/** An area by its names, as places have them. */
export type Area = Partial<Pick<Place, (typeof areaParts)[number]>>;

/** Whether a visitor is in an area, or was during their last visit. */
export const isFrom = ({ visit }: VisitorRecord, area: Area): boolean =>
  visit !== undefined &&
  areaParts.every((part) => area[part] === undefined || visit.place[part] === area[part]);

/** Reads what is known of visitors. What this instance was told before the call is seen. */
export interface VisitorRecords {
  find(reference: VisitorReference): Promise<VisitorRecord | null>;
  findByToken(token: string): Promise<VisitorRecord | null>;
  /** The public `_id`s of those who have one of the tokens, by token. */
  findIdsByTokens(tokens: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The public `_id`s of those to whom the records belong, by `recordId`. */
  findIdsByRecordIds(recordIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The records of registered visitors, given the `_id`s of their documents. */
  listByVisitorIds(visitorIds: readonly string[]): Promise<VisitorRecord[]>;
  /**
   * The ids of registered visitors who are in an area, or were during their last visit: the latest arrivals, `limit` at
   * most.
   */
  listVisitorIdsFrom(area: Area, limit: number, signal: AbortSignal): Promise<string[]>;
  /** The former records of visitors who turned out to be this one; what was kept with them still is. */
  listMerged(record: Pick<VisitorRecord, 'recordId'>): Promise<Pick<VisitorRecord, 'recordId' | 'number'>[]>;
  /** Those who are on the site; at most `limit`, longest there first. */
  listPresent(at: Date, limit: number): Promise<VisitorRecord[]>;
  /** The ids of registered visitors who were last heard of after `from`, but not after `to`; some at a time. */
  readQuiet(from: Date, to: Date, signal: AbortSignal): Batches<string>;
  /** All, the latest arrivals first. */
  listNewestFirst(offset: number, count: number): Promise<VisitorRecord[]>;
  /** All, or those with numbers below one, the latest arrivals first. */
  readNewestFirst(before: number | undefined, signal: AbortSignal): Batches<VisitorRecord>;
  /** Their visits as far as they are kept, the newest first; at most `limit`. */
  listVisits(record: VisitorRecord, limit: number): Promise<Visit[]>;
  /**
   * The pages that were looked at with any of the tokens, as far as they are kept, the newest first; at most `limit`.
   */
  listPages(tokens: readonly string[], limit: number): Promise<ViewedPage[]>;
  /** All of their visits that are kept, the newest first. */
  readVisits(record: VisitorRecord, signal: AbortSignal): Batches<Visit>;
  /** All pages that were looked at with any of the tokens, as far as they are kept, the newest first. */
  readPages(tokens: readonly string[], signal: AbortSignal): Batches<ViewedPage>;
  /** The pages that these looked at during their current visit, by `_id` of the visit, the first page first. */
  listPaths(records: readonly VisitorRecord[]): Promise<ReadonlyMap<string, readonly ViewedPage[]>>;
}
