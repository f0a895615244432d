import { customFieldValue } from '../../../domain/custom-fields/custom-field.ts';
import { foldCase } from '../../../domain/text/case-folding.ts';
import { comparableNumber, numbersMeant } from '../../../domain/text/phone-number.ts';
import type { Visitor } from '../../../domain/visitors/visitor.ts';
import {
  comparableEmail,
  emailsOf,
  phonesOf,
  searchableTexts,
} from '../../../domain/visitors/visitor-search.ts';
import { millisecondsOf } from '../../memory-table/date-column.ts';
import { hashOf } from '../../memory-table/hash-index.ts';
import type { StoredTexts } from '../../memory-table/row-store.ts';

/** A visitor with more text than this is looked at by every search instead. */
const longestTexts = 20_000;

/** What an enabled visitor is found and sorted by. */
export interface VisitorRow extends StoredTexts {
  /** Whether the first of the texts is a name. */
  readonly hasName: boolean;
  /** Whether there is too much text, so that there is none here. */
  readonly isLong: boolean;
  /** E-mail addresses and phone numbers, each as a whole. */
  readonly exact: readonly string[];
  /** The searchable custom fields that have a value. */
  readonly fieldIds: readonly string[];
  /** Milliseconds; what is no date comes before all dates. */
  readonly ts: number;
  readonly lastChat: number;
  /** A hash of all that the visitor is found by. */
  readonly signature: number;
}

/** The fields of a visitor that their row is made from. */
export const rowSource = {
  name: 1,
  username: 1,
  livechatData: 1,
  phone: 1,
  visitorEmails: 1,
  lastChat: 1,
  ts: 1,
  disabled: 1,
} as const;

const emailKey = (address: string): string => `email:${comparableEmail(address)}`;
const phoneKey = (number: string): string => `phone:${number}`;

/** The key under which a visitor's phone number is found, however it is spelled; the text if it is no number. */
const numberKey = (text: string, country: string): string =>
  phoneKey(comparableNumber(text, country) ?? text);

/** The keys of the e-mail address and the phone numbers that a term may stand for. */
export const contactKeys = (term: string, country: string): string[] => [
  emailKey(term),
  ...[...new Set([term, ...numbersMeant(term, country)])].map(phoneKey),
];

/** What, besides the visitors, decides about rows. */
export interface RowRules {
  /** The custom fields that are searched. */
  readonly fieldIds: readonly string[];
  /** Where phone numbers without a country's code belong, as in ISO 3166; `""` is nowhere. */
  readonly country: string;
}

export function visitorRow(visitor: Visitor, { fieldIds: searchable, country }: RowRules): VisitorRow {
  const { _id, name, username, ts, phone, visitorEmails, lastChat, livechatData } = visitor;
  const texts = searchableTexts(visitor, searchable).map(foldCase);
  const exact = [
    ...emailsOf(visitor).map(emailKey),
    ...phonesOf(visitor).map((number) => numberKey(number, country)),
  ];
  const fieldIds = searchable.filter((id) => customFieldValue(livechatData, id) !== undefined);
  const isLong = texts.reduce((length, text) => length + text.length, 0) > longestTexts;
  const hasName = typeof name === 'string';
  const all = [String(hasName), String(isLong), ...texts, '', ...exact, '', ...fieldIds]
    .map(withLength)
    .join('');
  return {
    id: _id,
    texts: isLong ? [] : texts,
    hasName: hasName && !isLong,
    isLong,
    exact,
    fieldIds,
    ts: millisecondsOf(ts),
    lastChat: millisecondsOf(lastChat?.ts),
    sortTexts: [
      sortText(name),
      sortText(username),
      ...extremes(membersOf(phone).map(sortText)),
      ...extremes(membersOf(visitorEmails).map(emailText)),
    ],
    signature: hashOf(all),
  };
}

/** A text that no other one makes equal when they are written one after the other. */
const withLength = (text: string): string => `${text.length}:${text}`;

/** Texts sort behind nothing at all and behind numbers, and before objects, which are compared by their values. */
function sortText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return `\u0002${value}`;
  return typeof value === 'object' ? `\u0003${Object.values(value).join()}` : `\u0001${value}`;
}

const membersOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

const emailText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? sortText(Reflect.get(value, 'address')) : '';

/** The first and the last of texts in MongoDB's order; no last one if it is the same. */
function extremes(texts: readonly string[]): [string, string] {
  if (texts.length < 2) return [texts[0] ?? '', ''];
  const sorted = texts.map((text) => Buffer.from(text)).sort(Buffer.compare);
  const [first = '', last = ''] = [sorted.at(0)?.toString(), sorted.at(-1)?.toString()];
  return [first, first === last ? '' : last];
}
