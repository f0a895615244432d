import type { Response } from 'express';
import { pieceLength, sendPieces } from './send-pieces.ts';

/** A text of any length that is made while it is sent. */
export class TextStream {
  readonly contentType: string;
  readonly parts: AsyncIterable<string>;

  constructor(contentType: string, parts: AsyncIterable<string>) {
    this.contentType = contentType;
    this.parts = parts;
  }
}

/** How long such a text may become, and how long sending it may take. */
export interface StreamBounds {
  readonly mostBytes?: number;
  readonly longestMs?: number;
}

const gibibyte = 1024 ** 3;
const defaults = { mostBytes: 4 * gibibyte, longestMs: 15 * 60_000 };

/** Sends a text that nobody may keep. One that exceeds a bound is cut off, so that nobody takes it for complete. */
export async function sendTextStream(
  res: Response,
  { contentType, parts }: TextStream,
  bounds: StreamBounds = {},
): Promise<void> {
  res.setHeader('Content-Type', contentType);
  res.setHeader('Cache-Control', 'no-store');
  await sendPieces(res, piecesOf(res, parts, { ...defaults, ...bounds }));
}

/** Joins parts to pieces that are worth sending. */
async function* piecesOf(
  res: Response,
  parts: AsyncIterable<string>,
  { mostBytes, longestMs }: Required<StreamBounds>,
): AsyncGenerator<string> {
  const endsAt = performance.now() + longestMs;
  let bytes = 0;
  let piece = '';
  for await (const part of parts) {
    piece += part;
    bytes += Buffer.byteLength(part);
    if (bytes > mostBytes || performance.now() > endsAt) {
      res.destroy();
      return;
    }
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
