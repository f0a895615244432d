import type { Socket } from 'node:net';
import { blocksOf, joinPieces, type Pieces } from '../bson/pieces.ts';
import type { Document } from '../bson/types.ts';
import { errorReply, maxMessageBytes, ProtocolError, parseRequest, replyTo } from './messages.ts';

/** What answers a client. */
export interface Responder {
  /** Runs a command and returns its answer as BSON; what it throws becomes an error answer. */
  run(body: Document): Promise<Pieces> | Pieces;
  /** Adds what every answer carries, those of errors too. */
  complete(answer: Pieces): Pieces;
}

const smallestMessage = 16;

/** The number of messages that may wait while another is answered. Drivers send one at a time. */
const mostWaiting = 2;

/** After this much of an answer, other connections are served. */
const blockBytes = 1024 * 1024;

/** How long a client may take to read its last answer when the server stops. */
const finishWithinMs = 2500;

function lengthOf(message: Buffer): number {
  const length = message.readInt32LE(0);
  if (length < smallestMessage || length > maxMessageBytes)
    throw new ProtocolError(`a message of ${length} bytes`);
  return length;
}

const isWhole = (chunk: Buffer): boolean =>
  chunk.length >= smallestMessage && lengthOf(chunk) === chunk.length;

/** Separates messages as they arrive, however they are split into packets. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #size = 0;

  /** The messages completed by a chunk. Throws ProtocolError for an impossible length. */
  push(chunk: Buffer): Buffer[] {
    // Most often a packet is a message.
    if (this.#size === 0 && isWhole(chunk)) return [chunk];
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const messages: Buffer[] = [];
    for (let length = this.#nextLength(); length > 0 && this.#size >= length; length = this.#nextLength()) {
      messages.push(this.#take(length));
    }
    return messages;
  }

  #nextLength(): number {
    if (this.#size < 4) return 0;
    if ((this.#chunks[0]?.length ?? 0) < 4) this.#join();
    return this.#chunks[0] ? lengthOf(this.#chunks[0]) : 0;
  }

  #take(length: number): Buffer {
    if ((this.#chunks[0]?.length ?? 0) < length) this.#join();
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    this.#size -= length;
    if (first.length === length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    return first.subarray(0, length);
  }

  #join(): void {
    this.#chunks = [Buffer.concat(this.#chunks)];
  }
}

/** Serves one client: its messages one after another, each of them answered before the next is begun. */
export class Connection {
  readonly #socket: Socket;
  readonly #responder: Responder;
  readonly #reader = new MessageReader();
  #queue: Buffer[] = [];
  #answering: Promise<void> | undefined;

  constructor(socket: Socket, responder: Responder) {
    this.#socket = socket;
    this.#responder = responder;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    // A client that has gone needs no answer; 'close' follows and ends the connection.
    socket.on('error', () => socket.destroy());
  }

  /** Closes the connection when the command that is running has been answered, or when that takes too long. */
  async finish(): Promise<void> {
    const timer = setTimeout(() => this.#socket.destroy(), finishWithinMs).unref();
    this.#socket.once('close', () => clearTimeout(timer));
    await this.#answering;
    this.#socket.destroySoon();
  }

  #receive(chunk: Buffer): void {
    try {
      this.#queue.push(...this.#reader.push(chunk));
    } catch {
      // It is unknown where one message ends and the next begins: only this connection is given up.
      this.#socket.destroy();
      return;
    }
    // A socket that is not read from does not notice that its client has gone, so it is read from while a command
    // runs.
    if (this.#answering && this.#queue.length >= mostWaiting) this.#socket.pause();
    if (this.#answering || this.#queue.length === 0) return;
    this.#answering = this.#answerQueue().finally(() => {
      this.#answering = undefined;
      if (this.#socket.isPaused()) this.#socket.resume();
    });
  }

  async #answerQueue(): Promise<void> {
    for (let message = this.#queue.shift(); message; message = this.#queue.shift()) {
      if (this.#socket.destroyed || !(await this.#answer(message))) {
        this.#queue = [];
        this.#socket.destroy();
        return;
      }
    }
  }

  async #answer(message: Buffer): Promise<boolean> {
    try {
      const request = parseRequest(message);
      const reply = this.#responder.complete(await this.#replyOf(request.body));
      if (!request.isFireAndForget) await this.#send(replyTo(request, reply));
      return true;
    } catch {
      return false;
    }
  }

  async #replyOf(body: () => Document): Promise<Pieces> {
    try {
      return await this.#responder.run(body());
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      return errorReply(error);
    }
  }

  async #send(message: Pieces): Promise<void> {
    if (message.length <= blockBytes) return this.#write(joinPieces(message));
    let sent = 0;
    for (const block of blocksOf(message, blockBytes)) {
      await this.#write(block);
      if (this.#socket.destroyed) return;
      sent += block.length;
      if (sent < message.length) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    // A client that does not read its answers must not fill up the memory; it is not served until it does.
    if (!this.#socket.write(bytes) && !this.#socket.destroyed) await this.#drained();
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }
}
