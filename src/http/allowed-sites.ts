import type { Settings } from '../domain/settings/settings.ts';

/**
 * The sites that may embed what this service offers them, the entries of `Livechat_AllowedDomainsList`: hosts in lower
 * case, with or without scheme and port. All sites may if it is empty.
 */
export const allowedSites = (settings: Settings): string[] =>
  settings
    .get('Livechat_AllowedDomainsList')
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .toLowerCase()
        .replace(/^(https?:\/\/)?([^/]*).*$/s, '$1$2'),
    )
    .filter((entry) => entry !== '');

/** Whether pages of the origin may use the tracker; the scheme of an entry does not matter. */
export function isAllowedSite(settings: Settings, origin: string): boolean {
  const allowed = allowedSites(settings).map((entry) => entry.replace(/^https?:\/\//, ''));
  if (allowed.length === 0) return true;
  if (!URL.canParse(origin)) return false;
  const { host, hostname } = new URL(origin);
  return allowed.includes(host) || allowed.includes(hostname);
}
