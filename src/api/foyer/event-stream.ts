import type { Response } from 'express';
import { drained } from '../../http/send-pieces.ts';

/** Server-sent events that are made while they are sent: each part is some whole lines. */
export class EventStream {
  readonly parts: AsyncIterable<string>;

  constructor(parts: EventStream['parts']) {
    this.parts = parts;
  }
}

/** A reader who takes nothing for this long is dropped, and goes on later where they were. */
const slowReaderMs = 20_000;

/** Sends each part at once; the next one is made when the connection has taken it. */
export async function sendEventStream(res: Response, { parts }: EventStream): Promise<void> {
  res.setHeader('Content-Type', 'text/event-stream');
  res.setHeader('Cache-Control', 'no-store');
  // Proxies that collect an answer before they pass it on are told not to.
  res.setHeader('X-Accel-Buffering', 'no');
  for await (const part of parts) {
    if (res.destroyed) return;
    if (!res.write(part)) await takenInTime(res);
  }
  res.end();
}

async function takenInTime(res: Response): Promise<void> {
  const timer = setTimeout(() => res.destroy(), slowReaderMs).unref();
  await drained(res);
  clearTimeout(timer);
}
