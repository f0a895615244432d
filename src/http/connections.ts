import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { onNewConnection } from './new-connections.ts';

/** As many as there may be WebSockets (`realtime/ddp/sockets.ts`), and 5,000 more; others are closed at once. */
const maxConnections = 25_000;

/** A server's connections, tracked so that it can be closed without waiting for idle clients. */
export interface Connections {
  /**
   * Stops accepting connections, lets requests in progress be answered, and closes every other connection at once.
   * @param graceMs after which whatever is still in progress is cut off.
   */
  close(graceMs: number): Promise<void>;
}

/** Counts a server's connections and the requests on each. Call before it listens. */
export function trackConnections(server: Server): Connections {
  const openRequests = new Map<Socket, number>();
  let closing = false;
  server.maxConnections = maxConnections;
  onNewConnection(server, (socket) => socket.once('close', () => openRequests.delete(socket)));
  server.on('connection', (socket) => openRequests.set(socket, 0));
  // What speaks another protocol from then on takes its leave itself.
  server.on('upgrade', ({ socket }) => openRequests.delete(socket));
  const count = (socket: Socket, change: 1 | -1): number => {
    const requests = (openRequests.get(socket) ?? 0) + change;
    if (openRequests.has(socket)) openRequests.set(socket, requests);
    return requests;
  };
  server.on('request', ({ socket }, res) => {
    count(socket, 1);
    res.once('close', () => {
      if (count(socket, -1) === 0 && closing) socket.destroySoon();
    });
  });
  return {
    close: (graceMs) =>
      new Promise((resolve) => {
        closing = true;
        const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
        for (const [socket, requests] of openRequests) if (requests === 0) socket.destroy();
      }),
  };
}
