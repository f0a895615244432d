import type { Response } from 'express';

/** Sends an answer that nobody may keep. */
export function sendUncached(res: Response, status: number, contentType: string, body: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', contentType);
  res.setHeader('Cache-Control', 'no-store');
  res.end(body);
}
