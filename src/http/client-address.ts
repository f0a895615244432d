import type { Request } from 'express';

/**
 * The client's address by Rocket.Chat's rule: behind n trusted proxies the n-th entry from the right
 * of `X-Forwarded-For`; else `X-Real-IP`, else the socket's.
 */
export function clientAddress(req: Request, forwardedCount: number): string {
  const hops = forwardedCount > 0 ? (req.get('x-forwarded-for')?.split(',') ?? []) : [];
  return hops.at(-forwardedCount)?.trim() || req.get('x-real-ip') || (req.socket.remoteAddress ?? 'unknown');
}
