import { AppError } from '../../domain/errors.ts';
import { matchRules } from './validation/match-rules.ts';
import {
  anyOf,
  arrayOf,
  boolean,
  nullable,
  number,
  openObject,
  optional,
  type Read,
  type Schema,
  string,
} from './validation/schema.ts';
import { type WithoutNulls, withoutNulls } from './validation/without-nulls.ts';

const maybe = <T>(schema: Schema<T>) => optional(nullable(schema));
const text = maybe(string('description'));
const longText = maybe(string('message'));
const flag = maybe(boolean());
const size = maybe(number());
/** An address that clients make a link or a picture of. */
const link = maybe(string('pageAddress'));

const field = openObject({
  short: flag,
  title: string('description'),
  value: anyOf(string('description'), number(), boolean()),
});

const actionLinks = { url: link, image_url: link };
const action = openObject({
  ...actionLinks,
  type: text,
  text,
  is_webview: flag,
  webview_height_ratio: text,
  msg: longText,
  msg_in_chat_window: flag,
});

const attachmentLinks = {
  message_link: link,
  author_link: link,
  author_icon: link,
  title_link: link,
  thumb_url: link,
  image_url: link,
  audio_url: link,
  video_url: link,
};
const attachment = openObject({
  ...attachmentLinks,
  text: longText,
  ts: maybe(anyOf(string('word'), number())),
  type: text,
  description: text,
  color: text,
  collapsed: flag,
  button_alignment: text,
  author_name: text,
  title: text,
  title_link_download: flag,
  image_type: text,
  image_size: size,
  image_dimensions: maybe(openObject({ width: number(), height: number() })),
  image_preview: longText,
  audio_type: text,
  audio_size: size,
  video_type: text,
  video_size: size,
  fields: maybe(arrayOf(field)),
  actions: maybe(arrayOf(action)),
});

/** What Rocket.Chat's `check()` demands of attachments; it names the field that is wrong, and coerces nothing. */
const check = matchRules(openObject({ attachments: arrayOf(attachment) }), false);

/**
 * The attachments of a message, with what Rocket.Chat knows of each.
 * @throws {AppError} `invalid-data`, with Rocket.Chat's words, for one of the wrong form, or with an address that no
 *   client should follow.
 */
export function readAttachments(given: readonly unknown[]): WithoutNulls<Read<typeof attachment>>[] {
  const checked = check({ attachments: given });
  if ('error' in checked) throw invalidData(checked.error);
  const { attachments } = checked.value as { attachments: Read<typeof attachment>[] };
  for (const each of attachments) {
    refuseBadLinks(each, Object.keys(attachmentLinks));
    for (const action of each.actions ?? []) refuseBadLinks(action, Object.keys(actionLinks));
  }
  return attachments.map((each) => withoutNulls(each));
}

function refuseBadLinks(holder: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const isBad = (value: unknown) =>
    typeof value === 'string' && !/^(https?:\/\/|data:image\/|\/file-upload\/)/.test(value);
  if (names.some((name) => isBad(holder[name]))) throw invalidData(badLink);
}

/** Rocket.Chat's words for an address that no client should follow. */
export const badLink = 'Invalid href value provided';

export const invalidData = (reason: string): AppError => new AppError('invalid-data', { reason });
