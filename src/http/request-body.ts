import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request } from 'express';
import { parse } from 'qs';
import { OverloadedError } from '../domain/errors.ts';
import { parseBoundedJson } from '../domain/text/bounded-json.ts';
import type { BodyMemory } from './body-budget.ts';

/** Larger bodies are refused with 413; nothing that the service stores comes close. */
export const bodyLimitBytes = 1024 * 1024;

/** A body that cannot be read, with the HTTP status that says why. */
export class BodyError extends Error {
  override name = 'BodyError';
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const decompressors: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** A window of 32 KB, and buffers before and behind it. */
const decompressorBytes = 64 * 1024;

const nothing = Buffer.alloc(0);

/**
 * Reads a whole body as bytes, whatever its type: the dialect decides what they mean. A body that is too large is
 * refused at once, without waiting for the rest of it. As in Rocket.Chat, the bodies of GET and HEAD requests are
 * ignored.
 * @param memory what the body holds from now on; the caller releases it.
 * @returns no bytes if there is no body.
 * @throws {BodyError} for a body that is too large, has an unknown encoding, or is cut off.
 * @throws {OverloadedError} if there is no memory for it.
 */
export async function readBody(req: Request, memory: BodyMemory): Promise<Buffer> {
  const announced = announcedBytes(req);
  if (announced === 0) return nothing;
  let decompressor: Transform | undefined;
  try {
    if (announced !== undefined && announced > bodyLimitBytes) throw tooLarge();
    decompressor = decompressorFor(req);
    if (decompressor === undefined) return await collect(req, new GrowingBuffer(memory, announced));
    memory.take(decompressorBytes);
    return await collect(req.pipe(decompressor), new GrowingBuffer(memory));
  } catch (error) {
    throw bodyErrorOf(error);
  } finally {
    decompressor?.destroy();
    // What is still arriving flows nowhere, so that it is discarded once the answer is finished.
    if (!req.readableEnded) req.unpipe().resume();
  }
}

/** How long the body will be, as its headers say: 0 if there is none that counts, undefined if they do not say. */
export function announcedBytes({ method, headers }: Request): number | undefined {
  if (method === 'GET' || method === 'HEAD') return 0;
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
}

/**
 * One buffer for a whole body, which grows with it. The chunks themselves are not kept: a body of a megabyte in chunks
 * of a byte would take 130 MB.
 */
class GrowingBuffer {
  readonly #memory: BodyMemory;
  #bytes = nothing;
  #length = 0;

  constructor(memory: BodyMemory, capacity = 0) {
    this.#memory = memory;
    this.#reserve(capacity);
  }

  append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > bodyLimitBytes) throw tooLarge();
    if (length > this.#bytes.length) this.#reserve(Math.min(2 * length, bodyLimitBytes));
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(capacity: number): void {
    this.#memory.take(capacity - this.#bytes.length);
    const bytes = Buffer.allocUnsafe(capacity);
    this.#bytes.copy(bytes);
    this.#bytes = bytes;
  }
}

/** Everything that comes by a stream. As soon as something is wrong, it stops listening. */
function collect(stream: Readable, body: GrowingBuffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const append = (chunk: Buffer) => {
      try {
        body.append(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const succeed = () => stopWith(() => resolve(body.content));
    const fail = (error: unknown) => stopWith(() => reject(error));
    const cutOff = () => fail(new Error('the stream was closed before its end'));
    const stopWith = (settle: () => void) => {
      stream.off('data', append).off('end', succeed).off('error', fail).off('close', cutOff);
      settle();
    };
    stream.on('data', append).on('end', succeed).on('error', fail).on('close', cutOff);
  });
}

/** A stream that decompresses the body. It also fails if the request is cut off. */
function decompressorFor(req: Request): Transform | undefined {
  const name = req.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (name === 'identity') return undefined;
  const decompressor = Object.hasOwn(decompressors, name) ? decompressors[name]?.() : undefined;
  if (decompressor === undefined) throw new BodyError(415, `unsupported content encoding "${name}"`);
  req.once('error', (cause) => decompressor.destroy(cause));
  // An error after the body has been read concerns nobody, but without a listener it would end the process.
  return decompressor.on('error', () => undefined);
}

const tooLarge = () => new BodyError(413, `the request body is larger than ${bodyLimitBytes} bytes`);

function bodyErrorOf(cause: unknown): Error {
  if (cause instanceof BodyError || cause instanceof OverloadedError) return cause;
  return new BodyError(400, 'the request body cannot be decoded', { cause });
}

/** The decoded body, or a sentence that says why it cannot be decoded, and whether it is text at all. */
export type DecodedBody =
  | { readonly value: unknown }
  | { readonly problem: string; readonly isText: boolean };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How a body is read. */
export interface BodyStyle {
  /** Whether JSON is also read from `text/plain`, the type with which `navigator.sendBeacon` sends it. */
  readonly mayBeBeacon?: boolean;
  /** Whether brackets in the names of a form's fields mean lists and objects. */
  readonly forms?: 'flat' | 'nested';
}

/**
 * Decodes the body by its content type: JSON, a form as an object, anything else as text, each without its byte order
 * mark. No body at all is an empty object.
 */
export function decodeBody(
  req: Request,
  { mayBeBeacon = false, forms = 'flat' }: BodyStyle = {},
): DecodedBody {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return { value: {} };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { problem: 'The request body is not valid UTF-8', isText: false };
  }
  if (req.is('application/json')) return parseJson(text);
  if (mayBeBeacon && req.is('text/plain')) {
    const json = parseJson(text);
    return 'value' in json ? json : { value: text };
  }
  if (!req.is('application/x-www-form-urlencoded')) return { value: text };
  return forms === 'flat' ? { value: parseForm(text) } : parseNestedForm(text);
}

/**
 * As in Rocket.Chat, brackets in the names of a form have no meaning, and if a name is repeated the last value
 * counts.
 */
const parseForm = (text: string): unknown => parse(text, { depth: 0, duplicates: 'last' });

const nestedForms = {
  depth: 5,
  strictDepth: true,
  parameterLimit: 2_000,
  arrayLimit: 500,
  throwOnLimitExceeded: true,
};

/** As in PHP, and so in the APIs of vendors that use it: `fields[0][name]=Age`. */
function parseNestedForm(text: string): DecodedBody {
  try {
    return { value: parse(text, nestedForms) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problem: 'The form has too many fields, or nests them too deeply', isText: true };
  }
}

function parseJson(text: string): DecodedBody {
  try {
    return { value: parseBoundedJson(text) };
  } catch {
    return { problem: 'The request body is not valid JSON', isText: true };
  }
}
