import type { StreamClient, StreamRequest } from './stream.ts';

/** The clients that have made the requests, each once. */
export const clientsOf = (requests: Iterable<StreamRequest> = []): ReadonlySet<StreamClient> =>
  new Set([...requests].map(({ client }) => client));

/** Has clients connect, and ask for everything, again. */
export function restartAll(clients: Iterable<StreamClient>): void {
  for (const { connection } of clients) connection.restart('changes were missed');
}
