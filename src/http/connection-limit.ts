import type { Server } from 'node:http';
import { networkOf } from './client-address.ts';
import { onNewConnection } from './new-connections.ts';

/** More than the browsers and sockets of a large office need; ten such addresses would be needed to use up all. */
const defaultMost = 2_500;

/**
 * Closes connections at once that are more than an address may have, so that nobody uses up those of all others by
 * opening them and saying nothing. Not for a service behind a proxy, whose address all connections have.
 * @param most per IPv4 address or IPv6 /64 network.
 */
export function limitConnections(server: Server, most: number = defaultMost): void {
  const openByNetwork = new Map<string, number>();
  onNewConnection(server, (socket) => {
    const network = networkOf(socket.remoteAddress ?? 'unknown');
    const open = openByNetwork.get(network) ?? 0;
    if (open >= most) {
      socket.destroy();
      return;
    }
    openByNetwork.set(network, open + 1);
    socket.once('close', () => {
      const left = (openByNetwork.get(network) ?? 1) - 1;
      if (left > 0) openByNetwork.set(network, left);
      else openByNetwork.delete(network);
    });
  });
}
