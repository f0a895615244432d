import type { Message, Navigation } from '../messages/message.ts';

/** How long Rocket.Chat says that it keeps a page view from before the visitor's first room: 30 days. */
export const pageViewLifetimeMs = 2_592_000_000;

/** A page view as a document of `rocketchat_message`. */
export interface PageView extends Message {
  readonly t: 'livechat_navigation_history';
  readonly navigation: Navigation;
}

/** Takes page views, many requests' in one write. */
export interface PageViewLog {
  /**
   * Resolves when the view is stored for good. A view of a room counts as one of its messages.
   * @throws {DatabaseUnavailableError} also where more are waiting than the memory should hold.
   */
  append(view: PageView): Promise<void>;
}
