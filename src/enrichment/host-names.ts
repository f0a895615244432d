import { Resolver } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import type { HostNames } from '../domain/visits/host-names.ts';

/** Resolves an address to its names; tests supply their own. */
export type ReverseLookup = (ip: string) => Promise<readonly string[]>;

const rememberedAddresses = 10_000;
const rememberMs = 60 * 60 * 1000;
/** An address whose name takes longer counts as having none. */
const lookupTimeoutMs = 2_000;
/** When this many look-ups are under way, further addresses count as having no name for now. */
const mostAtATime = 32;
const longestName = 253;

/** Looks names up in the DNS, and remembers a limited number of answers, including that there is no name. */
export function createHostNames(reverse: ReverseLookup = systemLookup()): HostNames {
  const known = new LRUCache<string, { readonly name: string | undefined }>({
    max: rememberedAddresses,
    ttl: rememberMs,
  });
  const underWay = new Map<string, Promise<string | undefined>>();

  const lookUp = async (ip: string): Promise<string | undefined> => {
    const name = await firstName(reverse, ip);
    known.set(ip, { name });
    underWay.delete(ip);
    return name;
  };
  return {
    async find(ip) {
      const answer = known.get(ip);
      if (answer) return answer.name;
      if (!isPublic(ip)) return undefined;
      const pending = underWay.get(ip);
      if (pending) return pending;
      if (underWay.size >= mostAtATime) return undefined;
      const lookup = lookUp(ip);
      underWay.set(ip, lookup);
      return lookup;
    },
  };
}

/** The names of private addresses are nobody's business, least of all that of the name server outside. */
const isPublic = (ip: string): boolean => ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'unicast';

async function firstName(reverse: ReverseLookup, ip: string): Promise<string | undefined> {
  try {
    const [name] = await reverse(ip);
    return name?.slice(0, longestName);
  } catch {
    // Most addresses have no name, and a name is never worth a failure.
    return undefined;
  }
}

function systemLookup(): ReverseLookup {
  const resolver = new Resolver({ timeout: lookupTimeoutMs, tries: 1 });
  return (ip) => resolver.reverse(ip);
}
