import type { Message, Navigation } from '../messages/message.ts';
import type { ViewedPage } from '../visits/visit.ts';

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

/** What is stored of a page that a visitor saw. */
export interface SeenPage {
  /** Rocket.Chat's record of it. */
  readonly view?: PageView | undefined;
  /** The page of their visit. */
  readonly page?: ViewedPage | undefined;
}

/** Stores the pages that visitors see, those of many requests in one write. */
export interface PageViewLog {
  /**
   * Resolves when all is durably stored. A view in a room counts as one of its messages; one whose room is not a
   * livechat room of the visitor with its token, open or closed, is stored without a room.
   * @throws {DatabaseUnavailableError} also when too much is waiting to be kept in memory.
   */
  append(seen: SeenPage): Promise<void>;
}
