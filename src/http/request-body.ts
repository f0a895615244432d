import express, { type Request, type RequestHandler } from 'express';
import { parse } from 'qs';

/** Larger bodies are refused with 413; nothing that the service stores comes near it. */
export const bodyLimitBytes = 1024 * 1024;

/** Reads bodies whole, as bytes, whatever their type: the dialect decides what they mean. */
export const readBody: RequestHandler = express.raw({ type: () => true, limit: bodyLimitBytes });

/** A body in its type, or the sentence that says why it has none. */
export type DecodedBody = { readonly value: unknown } | { readonly problem: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes the body by its content type: JSON, a form as a flat object, anything else as text.
 * No body at all is an empty object.
 */
export function decodeBody(req: Request): DecodedBody {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return { value: {} };
  try {
    const text = utf8.decode(bytes);
    if (req.is('application/json')) return parseJson(text);
    return {
      value: req.is('application/x-www-form-urlencoded') ? parse(text, { depth: 0, arrayLimit: 0 }) : text,
    };
  } catch {
    return { problem: 'The request body is not valid UTF-8' };
  }
}

function parseJson(text: string): DecodedBody {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: 'The request body is not valid JSON' };
  }
}
