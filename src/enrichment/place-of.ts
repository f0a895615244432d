import { noPlace, type Place } from '../domain/visits/visit.ts';

/** What a database says of an address; its form differs from one publisher to another. */
export type Entry = Readonly<Record<string, unknown>>;

/** Made when the first country needs its name: that takes as long as a hundred modules take to load. */
let countryNames: Intl.DisplayNames | undefined;

/**
 * Reads entries in MaxMind's form, nested and with names in several languages, and in the flat form that others
 * publish (`country_code`, `state1`, `city`). Anything missing or of another type is `""`.
 */
export function placeOf(city: Entry | null, network: Entry | null): Place {
  if (city === null && network === null) return noPlace;
  const countryCode =
    textAt(city, 'country', 'iso_code') ||
    textAt(city, 'registered_country', 'iso_code') ||
    textAt(city, 'country_code');
  return {
    country: textAt(city, 'country', 'names', 'en') || countryNameOf(countryCode),
    countryCode,
    region: textAt(city, 'subdivisions', '0', 'names', 'en') || textAt(city, 'state1'),
    city: textAt(city, 'city', 'names', 'en') || textAt(city, 'city'),
    latitude: degreesAt(city, 'latitude'),
    longitude: degreesAt(city, 'longitude'),
    timezone: textAt(city, 'location', 'time_zone') || textAt(city, 'timezone'),
    isp: textAt(network, 'isp') || textAt(network, 'autonomous_system_organization'),
  };
}

function valueAt(entry: unknown, path: readonly string[]): unknown {
  let value = entry;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Entry)[key];
  }
  return value;
}

function textAt(entry: Entry | null, ...path: string[]): string {
  const value = valueAt(entry, path);
  return typeof value === 'string' ? value : '';
}

/** Degrees with up to four decimals. */
function degreesAt(entry: Entry | null, name: 'latitude' | 'longitude'): string {
  const value = Number(valueAt(entry, ['location', name]) ?? valueAt(entry, [name]) ?? Number.NaN);
  return Number.isFinite(value) ? String(Math.round(value * 10_000) / 10_000) : '';
}

function countryNameOf(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return '';
  countryNames ??= new Intl.DisplayNames(['en'], { type: 'region' });
  return countryNames.of(code) ?? '';
}
