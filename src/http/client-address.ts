import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import type { RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import type { Logger } from '../observability/logger.ts';

/**
 * The part of an IPv6 address that identifies a subscriber's network: whoever has one address in it has all of them.
 */
const networkBits = 64;
const bitsPerPart = 16;
/** How a socket that speaks IPv6 too writes an IPv4 address. */
const ipv4Mapped = '::ffff:';

/**
 * The client's address. With n trusted proxies in front it is the n-th entry from the right of `X-Forwarded-For`, or
 * else `X-Real-IP`. With none it is the socket's, whatever the headers claim: Rocket.Chat believes `X-Real-IP` from
 * anyone, which lets everyone choose whose rate limit they use up. Ports are left out, and an entry that is not an
 * address counts as absent.
 */
export function clientAddress(req: IncomingMessage, forwardedCount: number): string {
  const socketAddress = req.socket.remoteAddress ?? 'unknown';
  if (forwardedCount === 0) return socketAddress;
  const hop = headerOf(req, 'x-forwarded-for')?.split(',').at(-forwardedCount);
  return withoutPort(hop) ?? withoutPort(headerOf(req, 'x-real-ip')) ?? socketAddress;
}

const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined =>
  headers[name]?.toString();

/** An address as written, without the port and brackets that some proxies add; undefined for anything else. */
function withoutPort(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  if (isIP(trimmed) !== 0) return trimmed;
  const [, inBrackets, beforePort] =
    /^(?:\[([^\]]{2,45})\](?::\d{1,5})?|([\d.]{7,15}):\d{1,5})$/.exec(trimmed) ?? [];
  const address = inBrackets ?? beforePort;
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}

/** What limits count an address by: an IPv4 address itself, and the /64 network of an IPv6 address. */
export function networkOf(address: string): string {
  const unmapped = address.startsWith(ipv4Mapped) ? address.slice(ipv4Mapped.length) : address;
  if (isIPv4(unmapped) || isIP(address) === 0) return unmapped;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const { parts } = parsed as ipaddr.IPv6;
  const network = parts.map((part, index) => (index < networkBits / bitsPerPart ? part : 0));
  return new ipaddr.IPv6(network.flatMap((part) => [part >> 8, part & 0xff])).toString();
}

/** Says once that a proxy's headers arrive though no proxy is trusted; only needed if none is. */
export function warnOfProxyHeaders(logger: Logger): RequestHandler {
  let warned = false;
  return (req, _res, next) => {
    if (!warned && ('x-real-ip' in req.headers || 'x-forwarded-for' in req.headers)) {
      warned = true;
      logger.warn(
        'X-Real-IP or X-Forwarded-For arrived and was ignored: if a proxy of yours sets it, set HTTP_FORWARDED_COUNT to the number of proxies',
      );
    }
    next();
  };
}
