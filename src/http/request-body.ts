import { isUtf8 } from 'node:buffer';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import { parse } from 'qs';

/** Larger bodies are refused with 413; nothing that the service stores comes near it. */
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

/**
 * Reads bodies whole, as bytes, whatever their type: the dialect decides what they mean. A body that is too large is
 * refused at once, without waiting for the rest of it. Those of GET and HEAD are not looked at, as in Rocket.Chat.
 */
export const readBody: RequestHandler = (req, _res, next) => {
  const {
    'content-length': length,
    'transfer-encoding': chunked,
    'content-encoding': encoding,
  } = req.headers;
  if (req.method === 'GET' || req.method === 'HEAD') return next();
  if (chunked === undefined && (length === undefined || length === '0')) return next();
  const refuse = (error: BodyError) => {
    // What still arrives is dropped, so that the client gets to reading the answer.
    req.resume();
    next(error);
  };
  if (Number(length) > bodyLimitBytes) return refuse(tooLarge());
  const name = encoding?.toLowerCase() ?? 'identity';
  const decompressor = Object.hasOwn(decompressors, name) ? decompressors[name]?.() : undefined;
  if (decompressor === undefined && name !== 'identity') {
    return refuse(new BodyError(415, `unsupported content encoding "${name}"`));
  }
  collect(req, decompressor ? req.pipe(decompressor) : req).then((bytes) => {
    req.body = bytes;
    next();
  }, refuse);
};

const tooLarge = () => new BodyError(413, `the request body is larger than ${bodyLimitBytes} bytes`);

/** Everything a stream gives, which is the request itself or is piped from it. Rejects with a {@link BodyError}. */
function collect(req: Request, stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: BodyError) => {
      stream.off('data', take);
      if (stream !== req) {
        req.unpipe();
        stream.destroy();
      }
      reject(error);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyLimitBytes) fail(tooLarge());
      else chunks.push(chunk);
    };
    stream.on('data', take);
    stream.once('end', () => resolve(Buffer.concat(chunks, size)));
    stream.once('error', (cause) =>
      fail(new BodyError(400, 'the request body cannot be decoded', { cause })),
    );
    req.once('close', () => {
      if (!req.complete) fail(new BodyError(400, 'the request was aborted'));
    });
  });
}

/** A body in its type, or the sentence that says why it has none. */
export type DecodedBody = { readonly value: unknown } | { readonly problem: string };

/**
 * Decodes the body by its content type: JSON, a form as a flat object, anything else as text.
 * No body at all is an empty object.
 */
export function decodeBody(req: Request): DecodedBody {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return { value: {} };
  if (!isUtf8(bytes)) return { problem: 'The request body is not valid UTF-8' };
  const text = bytes.toString('utf8');
  if (req.is('application/json')) return parseJson(text);
  return { value: req.is('application/x-www-form-urlencoded') ? parseForm(text) : text };
}

/** As in Rocket.Chat, brackets mean nothing in the names of a form, and of one sent twice the last counts. */
const parseForm = (text: string): unknown => parse(text, { depth: 0, duplicates: 'last' });

function parseJson(text: string): DecodedBody {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: 'The request body is not valid JSON' };
  }
}
