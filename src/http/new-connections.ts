import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Calls a listener once for each connection of a server: one that is given back to it
 * (`realtime/ddp/plain-request.ts`) is no further one.
 */
export function onNewConnection(server: Server, listener: (socket: Socket) => void): void {
  const known = new WeakSet<Socket>();
  server.on('connection', (socket) => {
    if (known.has(socket)) return;
    known.add(socket);
    listener(socket);
  });
}
