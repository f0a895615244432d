import { foldCase } from '../text/case-folding.ts';
import { reachOf } from '../visitors/visitor.ts';
import {
  describePresent,
  matches,
  mostPresent,
  type PresenceFilter,
  type PresentVisitor,
  type PresentVisitorsDeps,
} from './present-visitors.ts';
import type { Visit } from './visit.ts';
import type { VisitorRecord } from './visitor-record.ts';

/** Which of those who are on the site; all texts ignore case. */
export interface LiveFilter extends PresenceFilter {
  /** A part of the address or the title of the page that is open. */
  readonly page?: string | undefined;
  /** The two letters of a country, or its name. */
  readonly country?: string | undefined;
  /** A part of a name, an address or an id of the visitor. */
  readonly text?: string | undefined;
}

/** What the list may be sorted by. */
const keys = {
  startedAt: (_: VisitorRecord, visit: Visit) => visit.startedAt.getTime(),
  lastSeenAt: (_: VisitorRecord, visit: Visit) => visit.lastSeenAt.getTime(),
  pageViews: (record: VisitorRecord) => record.pageViews,
  visits: (record: VisitorRecord) => record.visits,
};
type LiveKey = keyof typeof keys;

/** A key, after a `-` if the greatest is to come first. */
export type LiveOrder = LiveKey | `-${LiveKey}`;
export const liveOrders = Object.keys(keys).flatMap((key) => [key, `-${key}`]) as LiveOrder[];

/** A place in the list: the value that it is sorted by, and the visitor's number, which no other has. */
export interface LivePosition {
  readonly value: number;
  readonly number: number;
}

export interface LivePage {
  readonly filter: LiveFilter;
  readonly order: LiveOrder;
  /** Where the page before this one ended. */
  readonly after: LivePosition | undefined;
  readonly count: number;
}

export interface LiveVisitors {
  readonly visitors: readonly PresentVisitor[];
  /** Where the next page begins; absent at the end of the list. */
  readonly next: LivePosition | undefined;
}

/** So many are looked at closely at first, then twice as many each time. */
const firstLook = 200;

/**
 * A page of those who are on the site. What is known of visits is read of all of them; their names and chats only of
 * as many as it takes to fill the page.
 */
export async function browsePresent(
  deps: PresentVisitorsDeps,
  { filter, order, after, count }: LivePage,
): Promise<LiveVisitors> {
  const placed = inOrder(await deps.visitorRecords.listPresent(deps.clock(), mostPresent), order)
    .filter(({ position }) => after === undefined || compare(position, after, order) > 0)
    .filter(({ record }) => isAtPlace(record, filter));
  const found: PresentVisitor[] = [];
  for (let from = 0, look = firstLook; from < placed.length && found.length <= count; look *= 2) {
    const some = placed.slice(from, from + look).map(({ record }) => record);
    const described = await describePresent(deps, some);
    found.push(...described.filter((each) => matches(each, filter) && tells(each, filter.text)));
    from += look;
  }
  const visitors = found.slice(0, count);
  const last = visitors.at(-1);
  const hasMore = found.length > count && last !== undefined;
  return { visitors, next: hasMore ? positionOf(last.record, last.visit, order) : undefined };
}

interface Placed {
  readonly record: VisitorRecord;
  readonly position: LivePosition;
}

const inOrder = (records: readonly VisitorRecord[], order: LiveOrder): Placed[] =>
  records
    .flatMap((record) =>
      record.visit === undefined ? [] : [{ record, position: positionOf(record, record.visit, order) }],
    )
    .sort((one, other) => compare(one.position, other.position, order));

const positionOf = (record: VisitorRecord, visit: Visit, order: LiveOrder): LivePosition => ({
  value: keys[order.replace('-', '') as LiveKey](record, visit),
  number: record.number,
});

const compare = (one: LivePosition, other: LivePosition, order: LiveOrder): number =>
  (order.startsWith('-') ? other.value - one.value : one.value - other.value) || one.number - other.number;

function isAtPlace({ visit }: VisitorRecord, { page, country }: LiveFilter): boolean {
  if (visit === undefined) return false;
  const { url = '', title = '' } = visit.page ?? {};
  return (
    contains([url, title], page) &&
    (country === undefined ||
      [visit.place.countryCode, visit.place.country].some((name) => foldCase(name) === foldCase(country)))
  );
}

function tells({ record, visit, visitor }: PresentVisitor, text: string | undefined): boolean {
  const { email, phone } = reachOf(visitor);
  const { ip, host } = visit.device;
  const ids = [record.id, record.liveChatId, String(record.number)];
  return contains([visitor?.name ?? '', visitor?.username ?? '', email, phone, ip, host, ...ids], text);
}

/** Whether one of the texts contains a part, if one is asked for. */
const contains = (texts: readonly string[], part: string | undefined): boolean =>
  part === undefined || texts.some((text) => foldCase(text).includes(foldCase(part)));
