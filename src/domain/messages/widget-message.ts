import type { QueuePlace } from '../rooms/queue.ts';
import { escapeHtml } from '../text/html.ts';

/**
 * What the widget takes for HTML in a message from a room's history: its text, the texts that attachments quote, and
 * those of blocks. It escapes the text of a message that is pushed to it, but nothing else in it.
 */
interface WithTexts {
  readonly msg?: unknown;
  readonly attachments?: unknown;
  readonly blocks?: unknown;
}

/** A message from a room's history as the widget may get it, so that nothing in it runs as HTML. */
export const forWidgetHistory = <M extends WithTexts>(message: M): M => ({
  ...forWidgetPush(message),
  ...(typeof message.msg === 'string' && { msg: escapeHtml(message.msg) }),
});

/** A message as it may be pushed to the widget, which escapes `msg` itself. */
export const forWidgetPush = <M extends WithTexts>(message: M): M => ({
  ...message,
  ...(message.attachments !== undefined && { attachments: escapeTexts(message.attachments) }),
  ...(message.blocks !== undefined && { blocks: escapeTexts(message.blocks) }),
});

/** A place in the queue as the widget may get it, which shows the text like that of a message from the history. */
export const placeForWidget = ({ message, ...place }: QueuePlace): QueuePlace => ({
  ...place,
  message: { ...message, text: escapeHtml(message.text) },
});

/** Escapes every `text` in nested objects and lists, except for plain texts of blocks, which the widget escapes. */
function escapeTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(escapeTexts);
  // Dates and ids of the database are objects as well, and have no texts in them.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const isPlain = 'type' in value && value.type === 'plain_text';
  const escapeMember = (name: string, member: unknown) =>
    name === 'text' && typeof member === 'string' && !isPlain ? escapeHtml(member) : escapeTexts(member);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, escapeMember(name, member)]),
  );
}
