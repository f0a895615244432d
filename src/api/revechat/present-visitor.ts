import { reachOf } from '../../domain/visitors/visitor.ts';
import type { KnownVisitor } from '../../domain/visits/known-visitors.ts';
import { type Device, noDevice, noPlace, type Place, type Visit } from '../../domain/visits/visit.ts';

/** The texts about a visitor's device and place, in REVE Chat's order; the browser's version only if it is known. */
function whereabouts(device: Device, place: Place, referrer: string) {
  return {
    ip_address: device.ip,
    platform: device.platform,
    browser: device.browser,
    ...(device.browserVersion !== '' && { browser_version: device.browserVersion }),
    country: place.country,
    region: place.region,
    latitude: place.latitude,
    longitude: place.longitude,
    isp: place.isp,
    city: place.city,
    referrer_link: hostOf(referrer),
  };
}

/** REVE Chat shows only the host of the page that led to the site. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');

/** Who a visitor says they are; unknown texts are `""`. */
function identity({ visitor }: KnownVisitor) {
  return {
    name: visitor?.name ?? '',
    ...reachOf(visitor),
  };
}

/** What is known of where a visitor is who has no visit: the address that Rocket.Chat kept. */
const withoutVisit = ({ visitor }: KnownVisitor) => ({
  device: { ...noDevice, ip: visitor?.ip ?? '' },
  place: noPlace,
  referrer: '',
});

/** A visitor as an item of REVE Chat's list. */
export function visitorItem(known: KnownVisitor): object {
  const { record } = known;
  const { device, place, referrer } = record.visit ?? withoutVisit(known);
  return {
    visitor_id: record.number,
    ...identity(known),
    first_visit_time: record.firstVisitAt.getTime(),
    ...whereabouts(device, place, referrer),
  };
}

/** A visitor's distinct records over all visits, the newest first; one record if no visit is kept. */
export function visitorRecords(known: KnownVisitor, visits: readonly Visit[]): object[] {
  const { name: visitor_name, email: visitor_email, phone: visitor_phone } = identity(known);
  const seen = visits.length === 0 ? [withoutVisit(known)] : visits;
  const records = seen.map(({ device, place, referrer }) => ({
    visitor_name,
    visitor_email,
    visitor_phone,
    ...whereabouts(device, place, referrer),
  }));
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
}
