import { createMailDomains, type NameServers } from '../../src/delivery/mail-domains.ts';

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const answering =
  (...answers: unknown[]) =>
  () =>
    Promise.resolve(answers);

/** Name servers that know one domain; what is not given they say is not there. */
const servers = (known: Partial<Record<keyof NameServers, () => Promise<unknown>>>): NameServers => {
  const nothing = failing('ENODATA');
  return { resolveMx: nothing, resolve4: nothing, resolve6: nothing, ...known } as unknown as NameServers;
};

describe('a mail domain', () => {
  it.each([
    ['it has a mail server', servers({ resolveMx: answering({ exchange: 'mx', priority: 1 }) }), true],
    ['it has only an IPv4 address', servers({ resolve4: answering('192.0.2.1') }), true],
    ['it has only an IPv6 address', servers({ resolve6: answering('2001:db8::1') }), true],
    ['there is no such name', servers({ resolveMx: failing('ENOTFOUND') }), false],
    ['it has no address', servers({}), false],
    ['the name servers do not answer', servers({ resolveMx: failing('ETIMEOUT') }), true],
    ['there are no name servers', servers({ resolveMx: failing('ECONNREFUSED') }), true],
  ])('exists or not: %s', async (_what, nameServers, exists) => {
    expect(await createMailDomains(nameServers).exists('example.org')).toBe(exists);
  });
});
