import { LRUCache } from 'lru-cache';
import type { Settings } from '../../domain/settings/settings.ts';

/** Tells moments as LiveChat does: as text in the account's time zone, not in the visitor's, and in seconds. */
export interface AccountTimes {
  /** `YYYY-MM-DD HH:MM:SS`. */
  text(moment: Date): string;
  /** `Wed, 01/23/13 11:40:53 am`. */
  longText(moment: Date): string;
  seconds(moment: Date): number;
}

const fields = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  weekday: 'short',
  hourCycle: 'h23',
} as const;

/** Whether there is a time zone of the name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Kept because they are slow to create; one zone has many spellings. */
const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: 100 });

/** The format for a zone; UTC if there is no such zone. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const format = new Intl.DateTimeFormat('en-US', { ...fields, timeZone: zone });
  formats.set(timeZone, format);
  return format;
}

/** Times in the account's zone, as the settings say at this moment. */
export function accountTimes(settings: Settings): AccountTimes {
  const format = formatFor(settings.get('Foyer_Timezone'));
  const partsOf = (moment: Date): Record<string, string> =>
    Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return {
    text(moment) {
      const { year, month, day, hour, minute, second } = partsOf(moment);
      return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
    },
    longText(moment) {
      const { weekday, year = '', month, day, hour, minute, second } = partsOf(moment);
      const hours = Number(hour);
      const twelve = String(hours % 12 || 12).padStart(2, '0');
      const half = hours < 12 ? 'am' : 'pm';
      return `${weekday}, ${month}/${day}/${year.slice(-2)} ${twelve}:${minute}:${second} ${half}`;
    },
    seconds: (moment) => Math.floor(moment.getTime() / 1000),
  };
}

/**
 * When a day begins in a zone, and when it ends.
 * @param timeZone UTC is meant if there is no such zone.
 * @param day `YYYY-MM-DD`.
 * @returns null if there is no such day.
 */
export function dayIn(timeZone: string, day: string): { readonly start: Date; readonly end: Date } | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!parts) return null;
  const [year = 0, month = 0, date = 0] = parts.slice(1).map(Number);
  const nominal = new Date(Date.UTC(year, month - 1, date));
  if (nominal.toISOString().slice(0, 10) !== day) return null;
  const next = new Date(Date.UTC(year, month - 1, date + 1));
  return { start: toZone(nominal, timeZone), end: new Date(toZone(next, timeZone).getTime() - 1) };
}

/** The moment at which clocks in the zone show what those in UTC show at the given one. */
function toZone(nominal: Date, timeZone: string): Date {
  const shifted = (by: number) => new Date(nominal.getTime() - by);
  // The offset may change between the nominal and the real moment.
  return shifted(offsetAt(shifted(offsetAt(nominal, timeZone)), timeZone));
}

/** How many milliseconds clocks in the zone are ahead of UTC. */
function offsetAt(moment: Date, timeZone: string): number {
  const parts = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  return shown - Math.floor(moment.getTime() / 1000) * 1000;
}
