import { customFieldValue } from '../custom-fields/custom-field.ts';
import type { PageOf, PageRequest } from '../paging.ts';
import { foldCase } from '../text/case-folding.ts';
import type { Visitor } from './visitor.ts';

/** What a search shows about a visitor: not the token. */
export type FoundVisitor = Pick<
  Visitor,
  '_id' | 'username' | 'name' | 'phone' | 'livechatData' | 'visitorEmails' | 'lastChat'
>;

/** The fields by which visitors can be sorted: those that Rocket.Chat's clients ask for. */
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

/**
 * A page of results. `isIndexed` is false while the search keys are still being built: the results are right then,
 * but slow; and while they are behind what is being written, as during an import: among many visitors, those written
 * in the last moments may then be missing.
 */
export interface FoundVisitors extends PageOf<FoundVisitor> {
  readonly isIndexed: boolean;
}

/** What a contact must match, all of it. A custom field matches if its value contains the text, ignoring case. */
export interface ContactCriteria {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly customFields: Readonly<Record<string, string>>;
}

/** Finds visitors as they are when the search begins, whether Foyer or a Rocket.Chat beside it wrote them. */
export interface VisitorSearch {
  /**
   * Enabled visitors with exactly this e-mail address or phone number, or with the term in their name, username or a
   * searchable custom field, ignoring case. An empty term finds everyone.
   */
  search(term: string, page: VisitorPageRequest): Promise<FoundVisitors>;
  /**
   * At most ten visitors whose name begins with the prefix, ignoring case, sorted by name.
   * @param signal aborts when nobody is waiting for them any more, as in the searches below and above.
   */
  listByNamePrefix(prefix: string, exceptIds: readonly string[], signal: AbortSignal): Promise<Visitor[]>;
  /** The ids of the custom fields of visitors that can be searched. */
  listSearchableFields(): Promise<string[]>;
  /** An enabled visitor who meets all the criteria; there must be at least one criterion. */
  findContact(criteria: ContactCriteria, signal: AbortSignal): Promise<Visitor | null>;
  /** Deletes what the search remembers of a visitor who was deleted. */
  forget(visitorId: string): Promise<void>;
}

/** MongoDB's queries match a string field by its text, and an array field by any of its elements. */
const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');

/** The texts of a visitor that a term is looked for in. */
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

/** A visitor's e-mail addresses, in whatever form a release stored them. */
export const emailsOf = (visitor: Visitor): string[] => membersOf(visitor.visitorEmails, 'address');
/** A visitor's phone numbers. */
export const phonesOf = (visitor: Visitor): string[] => membersOf(visitor.phone, 'phoneNumber');

/** Makes a test for the visitors that a term finds. */
export function termMatcher(term: string, fieldIds: readonly string[]): (visitor: Visitor) => boolean {
  const folded = foldCase(term);
  return (visitor) =>
    visitor.disabled !== true &&
    (term === '' ||
      emailsOf(visitor).includes(term) ||
      phonesOf(visitor).includes(term) ||
      searchableTexts(visitor, fieldIds).some((text) => foldCase(text).includes(folded)));
}

/** Makes a test for the visitors that meet the criteria. */
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

/** Rocket.Chat compares the whole element: one with further members does not match. */
const hasWhole = (elements: unknown, member: string, value: string): boolean =>
  (Array.isArray(elements) ? elements : [elements]).some(
    (element: unknown) =>
      typeof element === 'object' &&
      element !== null &&
      Object.keys(element).length === 1 &&
      Reflect.get(element, member) === value,
  );
