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

const formats = new Map<string, Intl.DateTimeFormat>();

/** The format for a zone; UTC if there is no such zone. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { ...fields, timeZone });
  } catch {
    format = formatFor('UTC');
  }
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
