import { type BrowserHeaders, languageOf, type ReportedDevice } from '../visits/browser.ts';
import { noteSign, type SignSender } from '../visits/note-visit.ts';
import type { GreetingOutcome } from '../visits/visit.ts';
import type { CustomVariable } from '../visits/visitor-record.ts';
import { type TrackPageVisitDeps, trackPageVisit } from './track-page-visit.ts';

/** What the tracker tells of a visitor. */
export interface TrackerReport {
  readonly token: string;
  readonly type: 'page' | 'title' | 'heartbeat' | 'greeting';
  readonly url?: string;
  readonly title?: string;
  /** The page of another site that led to the page. */
  readonly referrer?: string;
  readonly greeting?: { readonly name: string; readonly outcome: GreetingOutcome };
  readonly variables?: readonly CustomVariable[];
  /** The number of the department that the page belongs to; 0 for none. */
  readonly group?: number;
  readonly platform?: string;
  readonly language?: string;
  readonly timezone?: string;
}

export type TakeTrackerSignDeps = TrackPageVisitDeps;

/**
 * Takes note of what the tracker tells. Pages and titles are what Rocket.Chat's widget reports, too, so they get into
 * Rocket.Chat's history in the same way.
 */
export async function takeTrackerSign(
  deps: TakeTrackerSignDeps,
  report: TrackerReport,
  headers: BrowserHeaders,
): Promise<void> {
  const { token, type, url = '', title = '', referrer = '', greeting, variables, group } = report;
  const sender: SignSender = { token, headers, reported: reportedDevice(report), hasHeartbeat: true };
  if (type === 'page' || type === 'title') {
    const change = type === 'page' ? 'url' : 'title';
    const pageInfo = { change, title, location: { href: url } };
    await trackPageVisit(deps, { token, pageInfo, referrer }, sender);
    if (variables === undefined && group === undefined) return;
  }
  noteSign(deps, sender, {
    ...(greeting === undefined ? {} : { greeting }),
    ...(variables === undefined ? {} : { customVariables: variables }),
    ...(group === undefined ? {} : { group }),
  });
}

const reportedDevice = ({ platform, language, timezone }: TrackerReport): ReportedDevice => ({
  ...(platform === undefined ? {} : { platform }),
  ...(language === undefined ? {} : { language: languageOf(language) }),
  ...(timezone === undefined ? {} : { timezone }),
});
