/** A page that a visitor looked at, as it is kept in `foyer_page_view`. */
export interface ViewedPage {
  readonly _id: string;
  readonly token: string;
  readonly url: string;
  readonly title: string;
  readonly openedAt: Date;
  /** The greeting that was shown on the page; `""` if none was. */
  readonly greeting: string;
}

/** What a visitor's browser tells about itself; every text is `""` if it is unknown, or if it may not be kept. */
export interface Device {
  readonly ip: string;
  /** The name of the address; the address itself if it has none. */
  readonly host: string;
  readonly userAgent: string;
  /** The browser's family: `Firefox`. */
  readonly browser: string;
  readonly browserVersion: string;
  /** As in `navigator.platform`: `Win32`, `Linux x86_64`. */
  readonly platform: string;
  /** The two letters of the preferred language. */
  readonly language: string;
  /** IANA's name of the time zone. */
  readonly timezone: string;
}

/** Where an address is; every text is `""` if that is unknown. */
export interface Place {
  readonly country: string;
  readonly countryCode: string;
  readonly region: string;
  readonly city: string;
  /** Degrees with up to four decimals. */
  readonly latitude: string;
  readonly longitude: string;
  /** IANA's name of the time zone there. */
  readonly timezone: string;
  /** Who provides the network. */
  readonly isp: string;
}

export type GreetingOutcome = 'shown' | 'accepted' | 'refused';

/** A greeting that the site reports, and what became of it. */
export interface Greeting {
  readonly name: string;
  readonly outcome: GreetingOutcome;
  readonly at: Date;
}

/** A visit lasts from its first page until nothing has been heard of the visitor for this long. */
export const visitIdleMs = 30 * 60 * 1000;

/** One visit to the site. */
export interface Visit {
  readonly _id: string;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  readonly pageViews: number;
  /** The page of another site that led here; `""` if it is unknown. */
  readonly referrer: string;
  /** The address of the first page; `""` until there is one. */
  readonly landingPage: string;
  /** The page that is open; absent until there is one. */
  readonly page?: Pick<ViewedPage, '_id' | 'url' | 'title' | 'openedAt'>;
  readonly device: Device;
  readonly place: Place;
  /** The latest greeting. */
  readonly greeting?: Greeting;
  /** Whether the visitor's browser tells regularly that they are still there. */
  readonly hasHeartbeat: boolean;
}

export const noDevice: Device = {
  ip: '',
  host: '',
  userAgent: '',
  browser: '',
  browserVersion: '',
  platform: '',
  language: '',
  timezone: '',
};

export const noPlace: Place = {
  country: '',
  countryCode: '',
  region: '',
  city: '',
  latitude: '',
  longitude: '',
  timezone: '',
  isp: '',
};
