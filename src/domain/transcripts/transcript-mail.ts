import { escapeHtml } from '../text/html.ts';

/** Something that was said. */
export interface TranscriptEntry {
  readonly author: string;
  readonly at: Date;
  readonly text: string;
}

export interface Transcript {
  /** The oldest first. */
  readonly entries: readonly TranscriptEntry[];
  /** Whether there are earlier ones, which are left out. */
  readonly isCut: boolean;
  /** The IANA name of the zone in which times are told; UTC if it is none. */
  readonly timeZone: string;
}

const cutNotice = 'Earlier messages are left out, since there are too many for a mail.';
const emptyNotice = 'Nothing was said.';

/** A transcript as plain text and as HTML. */
export function transcriptBodies({ entries, isCut, timeZone }: Transcript): { text: string; html: string } {
  const format = timeFormat(timeZone);
  const told = entries.map((entry) => ({ ...entry, time: format.format(entry.at) }));
  const notices = [...(isCut ? [cutNotice] : []), ...(entries.length === 0 ? [emptyNotice] : [])];
  const text = [...notices, ...told.map(({ author, time, text }) => `${author}, ${time}\n${text}`)].join(
    '\n\n',
  );
  const paragraphs = [
    ...notices.map((notice) => `<p><em>${notice}</em></p>`),
    ...told.map(
      ({ author, time, text }) =>
        `<p><strong>${escapeHtml(author)}</strong> <em>${escapeHtml(time)}</em></p>\n<p>${inLines(text)}</p>`,
    ),
  ];
  return { text, html: `<div>\n<hr>\n${paragraphs.join('\n')}\n</div>` };
}

const inLines = (text: string): string => escapeHtml(text).replace(/\r?\n/g, '<br>');

/** Rocket.Chat's form of a time, with its zone: `January 31, 2026 at 8:15 AM UTC`. */
function timeFormat(timeZone: string): Intl.DateTimeFormat {
  const fields = {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...fields, timeZone });
  } catch {
    return timeFormat('UTC');
  }
}
