import type { StreamClient } from './stream.ts';

/** The clients that have made the requests, or that watch, each once. */
export const clientsOf = (
  owned: Iterable<{ readonly client: StreamClient }> = [],
): ReadonlySet<StreamClient> => new Set([...owned].map(({ client }) => client));

/** Has clients connect, and ask for everything, again. */
export function restartAll(clients: Iterable<StreamClient>): void {
  for (const { connection } of clients) connection.restart('changes were missed');
}
