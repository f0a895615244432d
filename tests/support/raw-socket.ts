import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection to the service, for what no HTTP client would send. */
export interface RawSocket {
  readonly socket: Socket;
  /** Sends bytes as they are. What the other side no longer takes is dropped. */
  write(bytes: string | Buffer): void;
  /** Everything that came back once the text received matches. @throws when it does not come in time. */
  receive(pattern: RegExp): Promise<string>;
  /** Everything that came back until the service closed the connection. */
  receiveAll(): Promise<string>;
  close(): void;
}

const catchUpTimeoutMs = 5_000;

/** @param options whether it goes on writing after the service has said that it writes no more. */
export async function openSocket(
  port: number,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<RawSocket> {
  const socket = connect({ port, ...options });
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  // A connection that the service has closed may end in a reset; what came before is what counts.
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  await once(socket, 'connect');
  const withOutageDeadline = async (what: string, arrival: Promise<unknown>) => {
    const cutoff = AbortSignal.timeout(catchUpTimeoutMs);
    const late = once(cutoff, 'abort').then(() => {
      throw new Error(`${what} did not come in ${catchUpTimeoutMs} ms; received: ${received.slice(0, 500)}`);
    });
    await Promise.race([arrival, late]);
    return received;
  };
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    receive: (pattern) =>
      withOutageDeadline(
        String(pattern),
        until(socket, () => pattern.test(received)),
      ),
    receiveAll: () => withOutageDeadline('the end of the connection', closed),
    close: () => socket.destroy(),
  };
}

async function until(socket: Socket, isThere: () => boolean): Promise<void> {
  while (!isThere()) await once(socket, 'data');
}
