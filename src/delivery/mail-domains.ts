import { promises as dns } from 'node:dns';
import type { MailDomains } from '../domain/deliveries/mail.ts';

/** What is asked of name servers; each throws Node's error if there is no answer. */
export type NameServers = Pick<dns.Resolver, 'resolve4' | 'resolve6' | 'resolveMx'>;

/** How long the visitor may wait for each answer, in milliseconds. */
const timeout = 2_000;

/** What name servers answer about a name that there is not, or that has no such record. */
const absent: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA']);

/** Looks mail domains up in the DNS. A domain without an MX record gets mail at its own address (RFC 5321). */
export function createMailDomains(
  servers: NameServers = new dns.Resolver({ timeout, tries: 1 }),
): MailDomains {
  const isThere = async (lookUp: Promise<readonly unknown[]>): Promise<boolean> => {
    try {
      return (await lookUp).length > 0;
    } catch (error) {
      return !absent.has((error as NodeJS.ErrnoException).code);
    }
  };
  return {
    exists: async (domain) =>
      (await isThere(servers.resolveMx(domain))) ||
      (await isThere(servers.resolve4(domain))) ||
      isThere(servers.resolve6(domain)),
  };
}
