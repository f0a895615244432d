import { createHash } from 'node:crypto';
import { customFieldValue } from '../../domain/custom-fields/custom-field.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { emailsOf, phonesOf, searchableTexts } from '../../domain/visitors/visitor-search.ts';

export const keyCollection = 'foyer_visitor_search';

/** How many code points of a text a key holds, from each of its positions on. */
export const keyLength = 16;

/** A visitor with more text than this has no keys for it, and is looked at by every search. */
const maxTextLength = 20_000;
export const namePrefixLength = 64;

/** The search keys of a visitor, under its id. */
export interface KeyDocument {
  readonly _id: string;
  /** The beginning of each suffix of each text, folded: a term is found where one begins with it. */
  readonly suffixes: readonly string[];
  /** E-mail addresses, phone numbers and the searchable fields that hold a text, as whole values. */
  readonly exact: readonly string[];
  /** The beginning of the folded name. */
  readonly namePrefix?: string;
  /** The visitor's values by which answers are sorted. */
  readonly ts?: unknown;
  readonly name?: unknown;
  readonly username?: unknown;
  readonly lastChat?: { readonly ts: unknown };
  readonly phone?: unknown;
  readonly visitorEmails?: unknown;
  /** Whether the visitor has more text than there are keys for. */
  readonly isLong?: true;
  /** Differs whenever anything above does. */
  readonly fingerprint: string;
}

/** What of a visitor its keys are made of. */
export const keySource = {
  name: 1,
  username: 1,
  livechatData: 1,
  phone: 1,
  visitorEmails: 1,
  lastChat: 1,
  ts: 1,
  disabled: 1,
} as const;

/** Whole values are kept short: MongoDB's servers differ in how long an index key may be. */
const exactKey = (kind: string, value: string): string =>
  value.length <= 200 ? `${kind}:${value}` : `${kind}#${createHash('sha256').update(value).digest('base64')}`;
export const emailKey = (address: string): string => exactKey('email', address);
export const phoneKey = (number: string): string => exactKey('phone', number);
export const fieldKey = (fieldId: string): string => exactKey('field', fieldId);

/** The first code points of a text. */
export const firstOf = (text: string, length: number): string =>
  [...text.slice(0, length * 2)].slice(0, length).join('');

function suffixKeys(texts: readonly string[]): string[] {
  const keys = new Set<string>();
  for (const text of texts) {
    const characters = [...text];
    for (const index of characters.keys()) keys.add(characters.slice(index, index + keyLength).join(''));
  }
  return [...keys];
}

/** Makes the keys of a visitor; a disabled one keeps an empty document, so that an older state cannot come back. */
export function keyDocument(visitor: Visitor, fieldIds: readonly string[]): KeyDocument {
  const { _id, name, username, ts, phone, visitorEmails, lastChat, livechatData } = visitor;
  if (visitor.disabled === true) return { _id, suffixes: [], exact: [], fingerprint: 'disabled' };
  const texts = searchableTexts(visitor, fieldIds).map(foldCase);
  const isLong = texts.reduce((length, text) => length + text.length, 0) > maxTextLength;
  const fields = fieldIds.filter((id) => customFieldValue(livechatData, id) !== undefined);
  const keys = {
    exact: [...emailsOf(visitor).map(emailKey), ...phonesOf(visitor).map(phoneKey), ...fields.map(fieldKey)],
    ...(typeof name === 'string' ? { namePrefix: firstOf(foldCase(name), namePrefixLength) } : {}),
    ...sortValues({ ts, name, username, phone, visitorEmails }),
    ...(lastChat?.ts === undefined ? {} : { lastChat: { ts: lastChat.ts } }),
    ...(isLong ? { isLong } : {}),
  };
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([keys, texts]))
    .digest('base64');
  return { _id, suffixes: isLong ? [] : suffixKeys(texts), ...keys, fingerprint };
}

const sortValues = (values: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
