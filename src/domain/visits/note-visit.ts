import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { Settings } from '../settings/settings.ts';
import { type BrowserHeaders, deviceOf, type ReportedDevice } from './browser.ts';
import type { ViewedPage } from './visit.ts';
import type { VisitSign, VisitSigns } from './visit-sign.ts';

export interface NoteSignDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly visitSigns: VisitSigns;
}

export interface OpenPageDeps extends NoteSignDeps {
  readonly ids: IdSource;
}

/** Who gives a sign. */
export interface SignSender {
  readonly token: string;
  readonly headers: BrowserHeaders;
  readonly reported?: ReportedDevice;
  /** Whether the browser tells regularly that the visitor is still there. */
  readonly hasHeartbeat?: boolean;
}

/** A page as a browser reports it. */
export interface ReportedPage {
  readonly url: string;
  readonly title: string;
  /** The page of another site that led here; `""` if it is unknown. */
  readonly referrer: string;
}

/** Longer texts are cut off. */
const longestUrl = 2_000;
const longestTitle = 500;
/** Nobody's browser makes up longer tokens. */
const longestToken = 1_024;

/** A page that a visitor opened. */
export interface Opening {
  /** To be stored; to be noted as a sign when it is. */
  readonly page: ViewedPage;
  readonly sign: VisitSign;
}

/** The page that a visitor opened; null if a robot did, who is no visitor. */
export function openPage(
  deps: OpenPageDeps,
  sender: SignSender,
  { url, title, referrer }: ReportedPage,
): Opening | null {
  const sign = signOf(deps, sender);
  if (sign === null) return null;
  const opened = {
    _id: deps.ids.hexId(),
    url: url.slice(0, longestUrl),
    title: title.slice(0, longestTitle),
  };
  return {
    page: { ...opened, token: sign.token, openedAt: sign.at, greeting: '' },
    sign: { ...sign, page: { ...opened, referrer: referrer.slice(0, longestUrl) } },
  };
}

/** Takes note of a sign other than a page, such as a new title of the page that is open. */
export function noteSign(
  deps: NoteSignDeps,
  sender: SignSender,
  told: Pick<VisitSign, 'title' | 'greeting' | 'customVariables' | 'group' | 'visitorId'> = {},
): void {
  const sign = signOf(deps, sender);
  if (sign === null) return;
  const title = told.title === undefined ? {} : { title: told.title.slice(0, longestTitle) };
  deps.visitSigns.note({ ...sign, ...told, ...title });
}

/** What every sign tells; null if it does not come from a visitor. */
function signOf(
  { clock, settings }: NoteSignDeps,
  { token, headers, reported, hasHeartbeat = false }: SignSender,
): Pick<VisitSign, 'token' | 'at' | 'device' | 'hasHeartbeat'> | null {
  const device = deviceOf(settings, headers, reported);
  if (device === null || token.trim() === '' || token.length > longestToken) return null;
  return { token, at: clock(), device, hasHeartbeat };
}
