import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limitConnections } from '../../src/http/connection-limit.ts';
import { openSocket } from '../support/raw-socket.ts';

it('closes the connections at once that are more than an address may have', async () => {
  const server = createServer((_req, res) => void res.end('answered'));
  limitConnections(server, 2);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (connection: Awaited<ReturnType<typeof openSocket>>) => {
    connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return await connection.receive(/answered/);
  };
  const [first, second] = [await openSocket(port), await openSocket(port)];
  const third = await openSocket(port);
  expect(await third.receiveAll()).toBe('');
  await ask(second);
  first.close();
  // As soon as the service has noticed.
  let next = await openSocket(port);
  while ((await Promise.race([ask(next), next.receiveAll()])) === '') next = await openSocket(port);
  server.closeAllConnections();
  server.close();
});
