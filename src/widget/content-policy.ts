import type { Settings } from '../domain/settings/settings.ts';
import { allowedSites } from '../http/allowed-sites.ts';

/**
 * The content security policy of the widget's page: scripts are those of the package and the one with the nonce. The
 * widget sets styles on elements, and plays sounds and shows images from data.
 * @param server where the widget finds the API, if that is not only the page's own origin.
 */
export const contentPolicy = (settings: Settings, nonce: string, server: string | undefined): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    ["connect-src 'self'", ...(server ? addressesOf(server) : [])].join(' '),
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    ...frameAncestors(allowedSites(settings)),
  ].join('; ');

/** Browsers before 2022 do not take `'self'` for the sockets of their own origin. */
const addressesOf = (server: string): string[] => {
  const { origin } = new URL(server);
  return [origin, origin.replace(/^http/, 'ws')];
};

/** What the policy's grammar has as a host; anything else would end the directive, or begin another one. */
const hostSource = /^(https?:\/\/)?(\*\.)?[a-z0-9.-]+(:\d+)?$/;

/** Who may show the page in a frame; a host without a port stands for all of its ports, as for the tracker. */
function frameAncestors(sites: readonly string[]): string[] {
  if (sites.length === 0) return [];
  const hosts = sites
    .filter((site) => hostSource.test(site))
    .map((site) => (/:\d+$/.test(site) ? site : `${site}:*`));
  return [["frame-ancestors 'self'", ...hosts].join(' ')];
}
