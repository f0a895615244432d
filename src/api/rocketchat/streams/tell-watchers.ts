import type { WatcherIndex } from './watcher-index.ts';

/**
 * Sends an event of `stream-livechat-room` to those who have subscribed to it.
 * @param eventFor the event as the widget gets it, or other clients.
 */
export function tellWatchers(
  watchers: WatcherIndex,
  rid: string,
  eventFor: (isWidget: boolean) => object,
): void {
  for (const watcher of watchers.in(rid))
    if (watcher.wants('livechat-room'))
      watcher.send('stream-livechat-room', rid, () => [eventFor(watcher.client.connection.isWidget)]);
}
