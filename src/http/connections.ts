import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** More than any site has visitors at a time; further connections are closed at once. */
const maxConnections = 10_000;

/** The connections of a server, so that it can be closed without waiting for clients that want nothing. */
export interface Connections {
  /**
   * Stops accepting, lets requests under way be answered, and closes every other connection at once.
   * @param graceMs after which what is still under way is cut off.
   */
  close(graceMs: number): Promise<void>;
}

/** Keeps count of a server's connections and of the requests on each, from before it listens. */
export function trackConnections(server: Server): Connections {
  const underWay = new Map<Socket, number>();
  let closing = false;
  server.maxConnections = maxConnections;
  server.on('connection', (socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  const count = (socket: Socket, change: 1 | -1): number => {
    const requests = (underWay.get(socket) ?? 0) + change;
    if (underWay.has(socket)) underWay.set(socket, requests);
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
        for (const [socket, requests] of underWay) if (requests === 0) socket.destroy();
      }),
  };
}
