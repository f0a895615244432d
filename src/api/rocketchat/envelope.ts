import type { Response } from 'express';
import type { Batches, PageOf, PageRequest } from '../../domain/paging.ts';
import { sendJsonList } from '../../http/json-list.ts';
import type { RocketChatFailure } from './errors.ts';

type Members = Readonly<Record<string, unknown>>;

/** An endpoint's answer. */
export type Payload = DocumentPayload | ListPayload;
/** The members of the success envelope, or a body without it. */
export type DocumentPayload = Members | RawBody | WithHeaders<Members>;
export type ListPayload = ItemList | WithHeaders<ItemList>;

/** A body without the `success` that the envelope appends, as logout answers. */
export class RawBody {
  readonly body: object;

  constructor(body: object) {
    this.body = body;
  }
}

/** A list that is read while it is sent, and the members after it. */
export class ItemList {
  readonly name: string;
  readonly items: Batches<unknown>;
  readonly after: (count: number, isWhole: boolean) => Members;

  /**
   * @param after makes the members after the list, given how many items were sent, and whether these are all that was
   *   asked for: an answer that would become too large has fewer.
   */
  constructor(name: string, items: Batches<unknown>, after: ItemList['after'] = () => ({})) {
    this.name = name;
    this.items = items;
    this.after = after;
  }
}

/** A page of a list; the members after it are how many items were sent, where they begin, and how many there are. */
export const pageOfItems = (
  name: string,
  { items, total }: PageOf<unknown>,
  { offset }: Pick<PageRequest, 'offset'>,
): ItemList => new ItemList(name, items, (count) => ({ count, offset, total }));

/** A payload, and headers that describe it. */
export class WithHeaders<Described extends Members | ItemList> {
  readonly payload: Described;
  readonly headers: Readonly<Record<string, string>>;

  constructor(payload: Described, headers: Readonly<Record<string, string>>) {
    this.payload = payload;
    this.headers = headers;
  }
}

/** What a search has found; a header says if something may be missing. */
export const foundBySearch = <Found extends Members | ItemList>(
  payload: Found,
  { isComplete }: { readonly isComplete: boolean },
): Found | WithHeaders<Found> =>
  isComplete ? payload : new WithHeaders(payload, { 'X-Foyer-Search': 'partial' });

/** Sends a payload, with `success: true` as the last key. */
export function sendPayload(res: Response, payload: Payload): void | Promise<void> {
  if (payload instanceof WithHeaders) {
    for (const [name, value] of Object.entries(payload.headers)) res.setHeader(name, value);
    return sendPayload(res, payload.payload);
  }
  if (payload instanceof RawBody) return sendJson(res, 200, payload.body);
  if (payload instanceof ItemList) return sendList(res, payload);
  return sendJson(res, 200, { ...payload, success: true });
}

/** The failure envelope: `success`, `error`, `stack` (in TEST_MODE), `errorType`, `details`, in this order. */
export function failureBody(failure: RocketChatFailure, stack?: string): object {
  const { error, errorType, details, typeFirst, legacyMessage } = failure;
  if (failure.payload) return { ...failure.payload, success: false };
  if (typeFirst) return { success: false, errorType, error };
  if (legacyMessage !== undefined)
    return { success: false, error, status: 'error', message: legacyMessage, details };
  return { success: false, error, stack, errorType, details };
}

/**
 * Sends JSON as Rocket.Chat does: the content type is exactly `application/json`, since its clients and its own
 * suite compare it, and nothing is cached.
 */
export function sendJson(res: Response, status: number, body: object): void {
  startJson(res, status);
  res.end(JSON.stringify(body));
}

function sendList(res: Response, { name, items, after }: ItemList): Promise<void> {
  startJson(res, 200);
  return sendJsonList(res, {
    name,
    items,
    after: (count, isWhole) => ({ ...after(count, isWhole), success: true }),
  });
}

function startJson(res: Response, status: number): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Pragma', 'no-cache');
}
