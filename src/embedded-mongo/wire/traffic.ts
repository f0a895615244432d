import type { Socket } from 'node:net';

/** The bytes sent and received over all connections since the start. */
export class Traffic {
  readonly #open = new Set<Socket>();
  #closedIn = 0;
  #closedOut = 0;

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#closedIn += socket.bytesRead;
      this.#closedOut += socket.bytesWritten;
    });
  }

  /** The bytes received and sent. */
  bytes(): { in: number; out: number } {
    const bytes = { in: this.#closedIn, out: this.#closedOut };
    for (const { bytesRead, bytesWritten } of this.#open) {
      bytes.in += bytesRead;
      bytes.out += bytesWritten;
    }
    return bytes;
  }
}
