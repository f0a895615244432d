import type { Message, Navigation } from '../messages/message.ts';

/** How long Rocket.Chat means to keep a page view from before the visitor's first room: 30 days. */
export const pageViewLifetimeMs = 2_592_000_000;

/** A page view as a document of `rocketchat_message`. */
export interface PageView extends Message {
  readonly t: 'livechat_navigation_history';
  readonly navigation: Navigation;
}

/** The view without a room: it is assigned to the visitor's first room when that opens, and else expires. */
export function roomless({ rid: _, ...view }: PageView): PageView & { readonly expireAt: number } {
  return { ...view, expireAt: roomlessExpiryOf(view.ts) };
}

/** What `expireAt` says of a view without a room: a number, as in Rocket.Chat, whose TTL index ignores it (ADR 7). */
export const roomlessExpiryOf = (viewedAt: Date): number => viewedAt.getTime() + pageViewLifetimeMs;

/** Stores page views, those of many requests in one write. */
export interface PageViewLog {
  /**
   * Resolves when the view is durably stored. A view in a room counts as one of its messages; one whose room is not a
   * livechat room of the visitor with its token, open or closed, is stored without a room.
   * @throws {DatabaseUnavailableError} also when too many views are waiting to be kept in memory.
   */
  append(view: PageView): Promise<void>;
}
