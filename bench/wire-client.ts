import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { serialize } from 'bson';

const headerBytes = 16;
const messageOpcode = 2013;

/** A command as it is sent over the wire. */
export function encodeCommand(command: object): Buffer {
  const body = serialize(command);
  const message = Buffer.alloc(headerBytes + 5 + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(messageOpcode, 12);
  message.set(body, headerBytes + 5);
  return message;
}

/**
 * Sends commands that were encoded beforehand. The driver takes several times as long for a small command as the
 * server does, so that through it a server is never busy.
 */
export class WireClient {
  readonly #sockets: readonly Socket[];
  readonly #free: Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
    this.#free = [...sockets];
  }

  /** @param socketPath the server's Unix socket. */
  static async connect(socketPath: string, connections: number): Promise<WireClient> {
    const sockets = Array.from({ length: connections }, () => connect(socketPath));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return new WireClient(sockets);
  }

  /** Resolves when the answer has arrived. At most as many may be in progress as there are connections. */
  send(message: Buffer): Promise<void> {
    const socket = this.#free.pop();
    if (!socket) throw new Error('every connection is in use');
    return new Promise((resolve) => {
      let missing = 0;
      const take = (chunk: Buffer): void => {
        if (missing === 0) missing = chunk.readInt32LE(0);
        missing -= chunk.length;
        if (missing > 0) return;
        socket.off('data', take);
        this.#free.push(socket);
        resolve();
      };
      socket.on('data', take);
      socket.write(message);
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
