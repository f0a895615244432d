import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Headers by which a client offers another protocol, such as HTTP/2 (`h2c`). */
const offers = new Set(['connection', 'upgrade', 'http2-settings']);

/**
 * Has the server answer a request as if it had offered no other protocol, which a server is free to do. Once a server
 * listens for upgrades, Node takes every offer as accepted and reads no more of the connection, so the request is given
 * back to it without the offer.
 * @param head what was read of the connection after the headers.
 */
export function serveAsPlainRequest(
  server: Server,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`];
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = req.rawHeaders.slice(at, at + 2);
    if (!offers.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
