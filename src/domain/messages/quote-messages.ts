import type { Room, RoomStore } from '../rooms/room.ts';
import type { Settings } from '../settings/settings.ts';
import type { Message, MessageReads } from './message.ts';

export interface QuoteMessagesDeps {
  readonly messages: Pick<MessageReads, 'findById'>;
  readonly rooms: Pick<RoomStore, 'findById'>;
  readonly rootUrl: () => string;
  readonly settings: Settings;
}

/** So many messages are quoted by one, at most. */
const mostQuotes = 5;

/** Rocket.Chat's clients quote by links without a text, `[ ](https://…)`, which end before the bracket. */
const anyLink = /https?:\/\/[^\s<>"')]+/g;

/**
 * Rocket.Chat's attachments that quote the messages to which a text links, such as
 * `https://chat.example/live/<rid>?msg=<id>`. Links lead to this service, by `ROOT_URL`.
 * @param mayRead whether the author of the text may read a room.
 */
export async function quotesIn(
  deps: QuoteMessagesDeps,
  text: string,
  mayRead: (room: Room) => Promise<boolean>,
): Promise<object[]> {
  const quotes: object[] = [];
  for (const [link, id] of linksIn(text, deps.rootUrl())) {
    const message = await findReadable(deps, id, mayRead);
    if (message) quotes.push(quoteOf(message, link, deps.settings.get('Message_QuoteChainLimit')));
  }
  return quotes;
}

/** The links to messages, each with the id of its message. */
function linksIn(text: string, rootUrl: string): [string, string][] {
  const links = new Set(text.match(anyLink)?.filter((link) => link.startsWith(`${rootUrl}/`)));
  return [...links]
    .map((link): [string, string | null] => [link, idIn(link)])
    .filter((found): found is [string, string] => found[1] !== null)
    .slice(0, mostQuotes);
}

const idIn = (link: string): string | null =>
  (URL.canParse(link) && new URL(link).searchParams.get('msg')) || null;

/** What a person wrote, in a room that the author may read. */
async function findReadable(
  { messages, rooms }: QuoteMessagesDeps,
  id: string,
  mayRead: (room: Room) => Promise<boolean>,
): Promise<Message | null> {
  const message = await messages.findById(id);
  if (!message?.rid || message.t !== undefined || message._hidden) return null;
  const room = await rooms.findById(message.rid);
  return room && (await mayRead(room)) ? message : null;
}

/** @param chainLimit how many messages may be quoted within each other; below 2, nothing within a quotation is kept. */
const quoteOf = (
  { msg, alias, u, attachments = [], ts }: Message,
  link: string,
  chainLimit: number,
): object => ({
  text: msg,
  message_link: link,
  author_name: alias ?? u?.username,
  author_icon: `/avatar/${encodeURIComponent(u?.username ?? '')}`,
  attachments: chainLimit < 2 ? [] : attachments.map((each) => withinLimit(each, chainLimit - 1)),
  ts,
});

/** An attachment with quotations in it down to a depth. */
function withinLimit(attachment: unknown, depth: number): unknown {
  if (!isQuote(attachment)) return attachment;
  const { attachments, ...rest } = attachment;
  if (depth <= 1 || !Array.isArray(attachments)) return rest;
  return { ...rest, attachments: attachments.map((each) => withinLimit(each, depth - 1)) };
}

const isQuote = (attachment: unknown): attachment is { readonly attachments?: unknown } =>
  typeof attachment === 'object' && attachment !== null && 'message_link' in attachment;
