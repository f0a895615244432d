// Does what MongoDB's fail point `failCommand` does, between the driver and the database.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Document } from 'bson';
import { MessageReader } from '../../../src/embedded-mongo/wire/connection.ts';
import { bodySection, message } from '../raw-messages.ts';

/** How commands of some names fail, and how many times. */
export interface FailPoint {
  readonly times: number;
  readonly commands: readonly string[];
  readonly closesConnection: boolean;
  readonly errorCode: number;
  readonly errorLabels: readonly string[];
}

export interface FailingProxy {
  /** The database's address by way of the proxy. */
  readonly url: string;
  fail(point: FailPoint): void;
  stop(): Promise<void>;
}

const opMsg = 2013;

/** Where the first field's name stands in such a message: behind its header, flags, section and document. */
const nameOffset = 26;

/** The name of a command; drivers greet a server with an older kind of message, which has none. */
function commandOf(request: Buffer): string {
  if (request.readInt32LE(12) !== opMsg) return '';
  return request.toString('utf8', nameOffset, request.indexOf(0, nameOffset));
}

function refusal(request: Buffer, { errorCode, errorLabels }: FailPoint): Buffer {
  const answer: Document = { ok: 0, code: errorCode, errmsg: 'failed by the test', errorLabels };
  const reply = message(0, bodySection(answer));
  reply.writeInt32LE(request.readInt32LE(4), 8);
  return reply;
}

export async function startFailingProxy(port: number): Promise<FailingProxy> {
  const sockets = new Set<Socket>();
  const points: { readonly point: FailPoint; left: number }[] = [];

  const pointFor = (request: Buffer): FailPoint | undefined => {
    const command = commandOf(request);
    const found = points.find(({ point, left }) => left > 0 && point.commands.includes(command));
    if (found) found.left -= 1;
    return found?.point;
  };

  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    const reader = new MessageReader();
    client.on('data', (chunk) => {
      for (const request of reader.push(chunk)) {
        const point = pointFor(request);
        if (!point) server.write(request);
        else if (point.closesConnection) client.destroy();
        else client.write(refusal(request, point));
      }
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy()).pipe(client);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');

  return {
    url: `mongodb://127.0.0.1:${(proxy.address() as AddressInfo).port}/?directConnection=true`,
    fail: (point) => points.push({ point, left: point.times }),
    async stop() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
