import type { SystemUserSource } from '../accounts/system-user.ts';
import type { ActivityCounter } from '../activity.ts';
import { AppError } from '../errors.ts';
import type { Navigation, PageInfo } from '../messages/message.ts';
import type { Person } from '../person.ts';
import { noteSign, type OpenPageDeps, openPage, type SignSender } from '../visits/note-visit.ts';
import { type PageView, type PageViewLog, roomlessExpiryOf } from './page-view.ts';

export interface PageVisit {
  readonly token: string;
  readonly rid?: string | null | undefined;
  readonly pageInfo: PageInfo;
  /** The page of another site that led there, if known; never the header `Referer`, which is the page itself. */
  readonly referrer?: string;
}

/** What the caller is told about a recorded view. */
export interface RecordedPage {
  readonly msg: string;
  readonly navigation: Navigation;
}

export interface TrackPageVisitDeps extends OpenPageDeps {
  readonly activity: ActivityCounter;
  readonly pageViews: PageViewLog;
  readonly systemUser: SystemUserSource;
}

/**
 * Records that a visitor saw a page. As in Rocket.Chat, neither the token nor the room has to exist; a room that is
 * not the visitor's counts as none. Widgets report every change of the address and of the title; only the kind named
 * by `Livechat_history_monitor_type` is recorded, and null is returned for the other. To a visit it is the address
 * that counts, and the title renames its page.
 * @throws {AppError} `system-user-missing` if there is no `rocket.cat` to be the author.
 */
export async function trackPageVisit(
  deps: TrackPageVisitDeps,
  visit: PageVisit,
  from: Omit<SignSender, 'token'>,
): Promise<RecordedPage | null> {
  const { activity, pageViews, settings, systemUser, visitSigns } = deps;
  const { change, title, location } = visit.pageInfo;
  const sender = { ...from, token: visit.token };
  const isRecorded = change === settings.get('Livechat_history_monitor_type');
  const author = isRecorded ? await systemUser.findSystemUser() : undefined;
  if (author === null) throw new AppError('system-user-missing');
  const view = author && pageViewOf(deps, visit, author);
  const opened =
    change === 'url'
      ? openPage(deps, sender, { url: location.href, title, referrer: visit.referrer ?? '' })
      : null;
  if (view || opened) await pageViews.append({ view, page: opened?.page });
  if (opened) visitSigns.note(opened.sign);
  if (change === 'title') noteSign(deps, sender, { title });
  if (view === undefined) return null;
  activity.pageViewed();
  return { msg: view.msg, navigation: view.navigation };
}

function pageViewOf(
  { clock, ids, settings }: TrackPageVisitDeps,
  visit: PageVisit,
  author: Person,
): PageView {
  const { token, rid, pageInfo } = visit;
  const now = clock();
  return {
    _id: ids.hexId(),
    t: 'livechat_navigation_history',
    ts: now,
    msg: `${pageInfo.title} - ${pageInfo.location.href}`,
    u: author,
    groupable: false,
    navigation: { page: pageInfo, token },
    ...(settings.get('Livechat_Visitor_navigation_as_a_message') ? {} : { _hidden: true }),
    _updatedAt: now,
    ...(rid ? { rid } : { expireAt: roomlessExpiryOf(now) }),
  };
}
