import type { Device, GreetingOutcome } from './visit.ts';
import type { CustomVariable } from './visitor-record.ts';

/** A page that was opened, under the `_id` that it is kept with. */
export interface OpenedPage {
  readonly _id: string;
  readonly url: string;
  readonly title: string;
  /** The page of another site that led here; `""` if it is unknown. */
  readonly referrer: string;
}

/** Something that shows that a visitor is on the site, and what it tells about them. */
export interface VisitSign {
  readonly token: string;
  readonly at: Date;
  readonly page?: OpenedPage;
  /** The new title of the page that is open. */
  readonly title?: string;
  readonly greeting?: { readonly name: string; readonly outcome: GreetingOutcome };
  /** Only what may be kept. */
  readonly device?: Partial<Device>;
  readonly customVariables?: readonly CustomVariable[];
  /** The number of the department that the page belongs to; 0 for none. */
  readonly group?: number;
  /** The `_id` of the registered visitor who has the token. */
  readonly visitorId?: string;
  /** Whether it comes from a browser that tells regularly that the visitor is still there. */
  readonly hasHeartbeat?: boolean;
}

/** Takes note of signs, which costs no round trip: they are written in bulk, within a second or so. */
export interface VisitSigns {
  note(sign: VisitSign): void;
}

/** After a heartbeat, a visitor counts as present for this long. */
export const heartbeatLastsMs = 30_000;

/** Without heartbeats, the last sign counts for this long. */
export const signLastsMs = 5 * 60 * 1000;
