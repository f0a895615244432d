import type { Request } from 'express';

/**
 * The client's address by Rocket.Chat's rules: with n trusted proxies in front, the n-th entry from the right of
 * `X-Forwarded-For`; otherwise `X-Real-IP`, or else the socket's address.
 */
export function clientAddress(req: Request, forwardedCount: number): string {
  const hops = forwardedCount > 0 ? (req.get('x-forwarded-for')?.split(',') ?? []) : [];
  return hops.at(-forwardedCount)?.trim() || req.get('x-real-ip') || (req.socket.remoteAddress ?? 'unknown');
}
