import type { MongoClient } from 'mongodb';
import type { ConnectionObserver } from '../../observability/metrics.ts';

/**
 * Listens to what the driver tells of its connections. What it can tell of commands would cost a fifth of the
 * processor time: it decodes each reply once more for that, with all documents.
 * @returns a function that tells when the database last answered anything, by `performance.now()`.
 */
export function observeConnections(
  client: MongoClient,
  observer: ConnectionObserver | undefined,
): () => number {
  const usedSince = new Map<string, number>();
  let heardAt = performance.now();
  let heardBefore = heardAt;
  const heard = () => {
    heardBefore = heardAt;
    heardAt = performance.now();
  };
  client.on('serverHeartbeatSucceeded', heard);
  client.on('connectionCheckedOut', (event) => {
    usedSince.set(keyOf(event), performance.now());
    observer?.awaited(event.durationMS);
  });
  client.on('connectionCheckedIn', (event) => {
    heard();
    const key = keyOf(event);
    const since = usedSince.get(key);
    usedSince.delete(key);
    if (since !== undefined) observer?.used(heardAt - since);
  });
  // One that broke is given back, too, and closed at once: it brought no answer.
  client.on('connectionClosed', ({ reason }) => {
    if (reason === 'error') heardAt = heardBefore;
  });
  return () => heardAt;
}

/** Each server's connections are numbered. */
const keyOf = ({ address, connectionId }: { address: string; connectionId: number | '<monitor>' }): string =>
  `${address} ${connectionId}`;
