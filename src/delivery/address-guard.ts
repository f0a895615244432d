import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Decides which addresses the service may send requests of integrators to. */
export interface AddressGuard {
  /** @throws if the host is an address, or a name, that is not allowed as such. */
  checkHost(hostname: string): void;
  /** Looks names up as Node does, and fails for a name that leads to an address that is not allowed. */
  readonly lookup: LookupFunction;
}

/** Hosts, and networks such as `10.0.0.0/8`, that are allowed although they are not public. */
interface Exceptions {
  readonly hosts: ReadonlySet<string>;
  readonly networks: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

function readExceptions(list: readonly string[]): Exceptions {
  const networks: Exceptions['networks'][number][] = [];
  const hosts = new Set<string>();
  for (const entry of list) {
    if (ipaddr.isValidCIDR(entry)) networks.push(ipaddr.parseCIDR(entry));
    else hosts.add(entry.toLowerCase());
  }
  return { hosts, networks };
}

/** Those of the public IPv6 addresses that have been given out; ipaddr.js takes some others for such. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's machines get their configuration, with secrets, from an address that looks public. */
const platformOfAzure = '168.63.129.16';

const isPublic = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  address.range() === 'unicast' &&
  (address instanceof ipaddr.IPv6 ? address.match(globalUnicast) : address.toString() !== platformOfAzure);

/**
 * Lets requests go to public addresses only: not to this machine, its private networks, or a cloud's metadata.
 * @param allowed hosts and networks that are allowed all the same.
 */
export function createAddressGuard(allowed: readonly string[]): AddressGuard {
  const { hosts, networks } = readExceptions(allowed);
  const isAllowed = (address: string): boolean => {
    // An IPv4 address in the form of IPv6 is taken for what it is.
    const parsed = ipaddr.process(address);
    if (isPublic(parsed) || hosts.has(address)) return true;
    return networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    );
  };
  const refuse = (what: string): Error => new Error(`${what} is not a public address`);
  return {
    checkHost(hostname) {
      const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
      if (isIP(host) !== 0 && !isAllowed(host)) throw refuse(host);
    },
    lookup(hostname, options, done) {
      systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return done(error, [], 0);
        const forbidden = addresses.find(({ address }) => !isAllowed(address));
        if (forbidden && !hosts.has(hostname.toLowerCase())) return done(refuse(hostname), [], 0);
        const [first] = addresses;
        if (options.all || first === undefined) return done(null, addresses);
        return done(null, first.address, first.family);
      });
    },
  };
}
