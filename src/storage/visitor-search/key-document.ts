import { createHash } from 'node:crypto';
import { customFieldValue } from '../../domain/custom-fields/custom-field.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import { comparableNumber, numbersMeant } from '../../domain/text/phone-number.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import {
  comparableEmail,
  emailsOf,
  phonesOf,
  searchableTexts,
} from '../../domain/visitors/visitor-search.ts';

export const keyCollection = 'foyer_visitor_search';

/** A key holds this many code points of a text, starting at each of its positions. */
export const keyLength = 16;

/** A visitor with more text than this gets no keys for it, and every search looks at them. */
const maxTextLength = 20_000;
export const namePrefixLength = 64;

/** A visitor's search keys, under the visitor's id. */
export interface KeyDocument {
  readonly _id: string;
  /**
   * The beginning of each suffix of each text, case-folded: a text contains a term if one of its suffixes begins with
   * it.
   */
  readonly suffixes: readonly string[];
  /**
   * Each as a whole: e-mail addresses in lower case, phone numbers as given and in E.164, and the ids of searchable
   * fields that have a value.
   */
  readonly exact: readonly string[];
  /** The beginning of the case-folded name. */
  readonly namePrefix?: string;
  /** The visitor's values that results are sorted by. */
  readonly ts?: unknown;
  readonly name?: unknown;
  readonly username?: unknown;
  readonly lastChat?: { readonly ts: unknown };
  readonly phone?: unknown;
  readonly visitorEmails?: unknown;
  /** Whether the visitor has too much text for keys. */
  readonly isLong?: true;
  /** A hash of all of the above: it differs whenever anything does. */
  readonly fingerprint: string;
}

/** The fields of a visitor that their keys are made from. */
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

/** Long values are hashed: servers differ in how long an index key may be. */
const exactKey = (kind: string, value: string): string =>
  value.length <= 200 ? `${kind}:${value}` : `${kind}#${createHash('sha256').update(value).digest('base64')}`;
const phoneKey = (number: string): string => exactKey('phone', number);
const emailKey = (address: string): string => exactKey('email', comparableEmail(address));
export const fieldKey = (fieldId: string): string => exactKey('field', fieldId);

/** The keys under which a visitor's phone number is found: the text as given, and the number. */
function numberKeys(text: string, country: string): string[] {
  const number = comparableNumber(text, country);
  return [...new Set([text, ...(number === undefined ? [] : [number])])].map(phoneKey);
}

/** The keys of the e-mail address and the phone numbers that a term may stand for. */
export const contactKeys = (term: string, country: string): string[] => [
  emailKey(term),
  ...[...new Set([term, ...numbersMeant(term, country)])].map(phoneKey),
];

/** The first `length` code points of a text. */
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

/**
 * Makes a visitor's keys. A disabled visitor keeps an empty document, so that no older state can come back.
 * @param country where phone numbers without a country's code belong.
 */
export function keyDocument(visitor: Visitor, fieldIds: readonly string[], country: string): KeyDocument {
  const { _id, name, username, ts, phone, visitorEmails, lastChat, livechatData } = visitor;
  if (visitor.disabled === true) return { _id, suffixes: [], exact: [], fingerprint: 'disabled' };
  const texts = searchableTexts(visitor, fieldIds).map(foldCase);
  const isLong = texts.reduce((length, text) => length + text.length, 0) > maxTextLength;
  const fields = fieldIds.filter((id) => customFieldValue(livechatData, id) !== undefined);
  const keys = {
    exact: [
      ...emailsOf(visitor).map(emailKey),
      ...phonesOf(visitor).flatMap((number) => numberKeys(number, country)),
      ...fields.map(fieldKey),
    ],
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
