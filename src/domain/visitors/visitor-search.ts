import { customFieldValue } from '../custom-fields/custom-field.ts';
import type { PageRequest } from '../paging.ts';
import { foldCase } from '../text/case-folding.ts';
import type { Visitor } from './visitor.ts';

/** What a search shows of a visitor: no token. */
export type FoundVisitor = Pick<
  Visitor,
  '_id' | 'username' | 'name' | 'phone' | 'livechatData' | 'visitorEmails' | 'lastChat'
>;

/** The orders in which visitors can be listed: those that Rocket.Chat's clients ask for. */
export const visitorSortFields = [
  'ts',
  'name',
  'username',
  'lastChat.ts',
  'phone',
  'visitorEmails.address',
] as const;
export type VisitorSortField = (typeof visitorSortFields)[number];

export interface VisitorSort {
  readonly field: VisitorSortField;
  readonly direction: 1 | -1;
}

export type VisitorPageRequest = PageRequest<VisitorSort>;

/** A page of an answer. `isIndexed` is false while keys are still being built: then it was right, but slow. */
export interface FoundVisitors {
  readonly visitors: FoundVisitor[];
  readonly total: number;
  readonly isIndexed: boolean;
}

/** What a contact must have, all of it. Custom fields are compared by a part of their text, in any case. */
export interface ContactCriteria {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly customFields: Readonly<Record<string, string>>;
}

/** Finds visitors, whoever wrote them, Foyer or a Rocket.Chat beside it, as they are when the search begins. */
export interface VisitorSearch {
  /**
   * Enabled visitors with exactly this e-mail address or phone number, or with the term in their name, username or a
   * searchable custom field, in any case. An empty term finds all.
   */
  search(term: string, page: VisitorPageRequest): Promise<FoundVisitors>;
  /** At most ten visitors whose name begins so, in any case, by name. */
  listByNamePrefix(prefix: string, exceptIds: readonly string[]): Promise<Visitor[]>;
  /** The ids of the custom fields of visitors that can be searched. */
  listSearchableFields(): Promise<string[]>;
  /** An enabled visitor that meets all the criteria, of which there must be one. */
  findContact(criteria: ContactCriteria): Promise<Visitor | null>;
  /** Takes note of a visitor that was written; the next search finds it as it is now. */
  visitorWritten(visitor: Pick<Visitor, '_id'>): Promise<void>;
}

/** A query on text matches a text, or an array of which one element is a text that matches. */
const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');

/** The texts of a visitor in which a term is looked for. */
export function searchableTexts(visitor: Visitor, fieldIds: readonly string[]): string[] {
  const custom = fieldIds.flatMap((id) => searchableField(visitor, id));
  return [...textsOf(visitor.name), ...textsOf(visitor.username), ...custom];
}

const searchableField = ({ livechatData }: Visitor, id: string): string[] =>
  textsOf(customFieldValue(livechatData, id));

const membersOf = (value: unknown, member: string): string[] =>
  (Array.isArray(value) ? value : [value])
    .map((each: unknown) =>
      typeof each === 'object' && each !== null ? Reflect.get(each, member) : undefined,
    )
    .filter((each) => typeof each === 'string');

/** The e-mail addresses of a visitor, in whatever form a release stored them. */
export const emailsOf = (visitor: Visitor): string[] => membersOf(visitor.visitorEmails, 'address');
/** The phone numbers of a visitor. */
export const phonesOf = (visitor: Visitor): string[] => membersOf(visitor.phone, 'phoneNumber');

/** Tests whether a visitor is one that a term finds. */
export function termMatcher(term: string, fieldIds: readonly string[]): (visitor: Visitor) => boolean {
  const folded = foldCase(term);
  return (visitor) =>
    visitor.disabled !== true &&
    (term === '' ||
      emailsOf(visitor).includes(term) ||
      phonesOf(visitor).includes(term) ||
      searchableTexts(visitor, fieldIds).some((text) => foldCase(text).includes(folded)));
}

/** Tests whether a visitor is the contact that is looked for. */
export function contactMatcher({
  email,
  phone,
  customFields,
}: ContactCriteria): (visitor: Visitor) => boolean {
  const wanted = Object.entries(customFields).map(([id, part]) => [id, foldCase(part)] as const);
  return (visitor) =>
    visitor.disabled !== true &&
    (email === undefined || hasWhole(visitor.visitorEmails, 'address', email)) &&
    (phone === undefined || hasWhole(visitor.phone, 'phoneNumber', phone)) &&
    wanted.every(([id, part]) => searchableField(visitor, id).some((text) => foldCase(text).includes(part)));
}

/** Rocket.Chat compares the element as a whole: one with further members is another. */
const hasWhole = (elements: unknown, member: string, value: string): boolean =>
  (Array.isArray(elements) ? elements : [elements]).some(
    (element: unknown) =>
      typeof element === 'object' &&
      element !== null &&
      Object.keys(element).length === 1 &&
      Reflect.get(element, member) === value,
  );
