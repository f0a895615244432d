import type { Device, GreetingOutcome } from '../../domain/visits/visit.ts';
import type { OpenedPage, VisitSign } from '../../domain/visits/visit-sign.ts';
import type { CustomVariable } from '../../domain/visits/visitor-record.ts';

/** A page with its time. */
export interface TimedPage extends OpenedPage {
  readonly openedAt: Date;
}

/** All signs of one token since they were last written. */
export interface FoldedSigns {
  readonly token: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly pageViews: number;
  readonly firstPage?: TimedPage;
  readonly lastPage?: TimedPage;
  /** The latest title of a page that was opened before these signs. */
  readonly laterTitle?: { readonly title: string; readonly at: Date };
  /** New titles of pages that are among these signs, by `_id` of the page. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly greetings: Readonly<Record<GreetingOutcome, number>>;
  readonly greeting?: { readonly name: string; readonly outcome: GreetingOutcome; readonly at: Date };
  readonly device: Partial<Device>;
  readonly customVariables?: readonly CustomVariable[];
  readonly group?: number;
  readonly visitorId?: string;
  readonly hasHeartbeat: boolean;
}

/** Signs of more tokens than this are not kept waiting, which takes a database that is down for minutes. */
const mostTokens = 100_000;
/** Nor is more than this of what they say: a site may send 400 kB of variables with each. */
const defaultMostBytes = 64 * 1024 * 1024;

interface WaitingSigns {
  readonly folded: FoldedSigns;
  /** How much memory they take up. */
  readonly bytes: number;
}

/** Signs that are yet to be written, those of each token folded into one. */
export class PendingSigns {
  readonly #mostBytes: number;
  readonly #waiting = new Map<string, WaitingSigns>();
  #bytes = 0;

  /** @param mostBytes how much memory they may take up, more or less. */
  constructor(mostBytes = defaultMostBytes) {
    this.#mostBytes = mostBytes;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @returns false if too many tokens are waiting, or too much: the sign is lost. */
  add(sign: VisitSign): boolean {
    const before = this.#waiting.get(sign.token);
    if (before === undefined && this.#waiting.size >= mostTokens) return false;
    const folded = fold(before?.folded ?? nothing(sign), sign);
    const bytes = bytesOf(folded);
    const added = bytes - (before?.bytes ?? 0);
    if (added > 0 && this.#bytes + added > this.#mostBytes) return false;
    this.#waiting.set(sign.token, { folded, bytes });
    this.#bytes += added;
    return true;
  }

  /** Takes the signs of at most so many tokens, those that have waited longest. */
  take(count: number): FoldedSigns[] {
    const taken: FoldedSigns[] = [];
    for (const [token, { folded, bytes }] of this.#waiting) {
      if (taken.length === count) break;
      this.#waiting.delete(token);
      this.#bytes -= bytes;
      taken.push(folded);
    }
    return taken;
  }

  /** Keeps signs that could not be written, for tokens that have no newer ones. */
  putBack(signs: readonly FoldedSigns[]): void {
    for (const folded of signs) {
      if (this.#waiting.has(folded.token)) continue;
      const bytes = bytesOf(folded);
      this.#waiting.set(folded.token, { folded, bytes });
      this.#bytes += bytes;
    }
  }
}

/** What signs take up besides their texts, about. */
const signsBytes = 1_000;
/** Of most characters. */
const characterBytes = 2;

/** How much memory signs take up, about. */
function bytesOf(signs: FoldedSigns): number {
  const { token, firstPage, lastPage, laterTitle, renamed, greeting, device, customVariables = [] } = signs;
  let length = token.length + (laterTitle?.title.length ?? 0) + (greeting?.name.length ?? 0);
  for (const page of [firstPage, lastPage])
    if (page) length += page.url.length + page.title.length + page.referrer.length;
  for (const title of renamed.values()) length += title.length;
  for (const text of Object.values(device)) length += text.length;
  for (const { key, value } of customVariables) length += key.length + value.length;
  return signsBytes + characterBytes * length;
}

const nothing = ({ token, at }: VisitSign): FoldedSigns => ({
  token,
  firstAt: at,
  lastAt: at,
  pageViews: 0,
  renamed: new Map(),
  greetings: { shown: 0, accepted: 0, refused: 0 },
  device: {},
  hasHeartbeat: false,
});

function fold(before: FoldedSigns, sign: VisitSign): FoldedSigns {
  const { at, device, customVariables, group, visitorId, hasHeartbeat = false } = sign;
  return {
    ...before,
    lastAt: new Date(Math.max(at.getTime(), before.lastAt.getTime())),
    hasHeartbeat: before.hasHeartbeat || hasHeartbeat,
    ...(device === undefined ? {} : { device: { ...before.device, ...device } }),
    ...(customVariables === undefined ? {} : { customVariables }),
    ...(group === undefined ? {} : { group }),
    ...(visitorId === undefined ? {} : { visitorId }),
    ...pagesAfter(before, sign),
    ...titleAfter(before, sign),
    ...greetingsAfter(before, sign),
  };
}

function pagesAfter(before: FoldedSigns, { page, at }: VisitSign): Partial<FoldedSigns> {
  if (page === undefined) return {};
  const opened = { ...page, openedAt: at };
  return {
    pageViews: before.pageViews + 1,
    firstPage: before.firstPage ?? opened,
    lastPage: opened,
  };
}

function titleAfter(before: FoldedSigns, { title, at }: VisitSign): Partial<FoldedSigns> {
  if (title === undefined) return {};
  const { lastPage } = before;
  if (lastPage === undefined) return { laterTitle: { title, at } };
  const renamed = new Map(before.renamed).set(lastPage._id, title);
  return { lastPage: { ...lastPage, title }, renamed };
}

function greetingsAfter(before: FoldedSigns, { greeting, at }: VisitSign): Partial<FoldedSigns> {
  if (greeting === undefined) return {};
  const { outcome } = greeting;
  return {
    greeting: { ...greeting, at },
    greetings: { ...before.greetings, [outcome]: before.greetings[outcome] + 1 },
  };
}
