import { customFieldValue } from '../custom-fields/custom-field.ts';
import type { PageOf, PageRequest } from '../paging.ts';
import { foldCase } from '../text/case-folding.ts';
import { comparableNumber, numbersMeant } from '../text/phone-number.ts';
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
 * A page of results. `isComplete` is false if it could not wait until all visitors had been read into memory, as for
 * some seconds after a start on a large database, or until those had been read again who were just written, as during
 * an import: then some may be missing, and `total` counts those known so far. Visitors with just the term as their
 * e-mail address, phone number or username are found even then.
 */
export interface FoundVisitors extends PageOf<FoundVisitor> {
  readonly isComplete: boolean;
}

/** Visitors whose name begins alike. `isComplete` is false as above: then some may be missing. */
export interface NamedVisitors {
  readonly visitors: readonly Visitor[];
  readonly isComplete: boolean;
}

/** A visitor who meets criteria, or null. `isComplete` is false as above, and nobody has been found yet. */
export interface ContactFound<Shown = Visitor> {
  readonly visitor: Shown | null;
  readonly isComplete: boolean;
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
   * Enabled visitors with this e-mail address in any case, with this phone number in any spelling, or with the term in
   * their name, username or a searchable custom field, ignoring case. An empty term finds everyone.
   */
  search(term: string, page: VisitorPageRequest): Promise<FoundVisitors>;
  /**
   * At most ten visitors whose name begins with the prefix, ignoring case, sorted by name.
   * @param signal aborts when nobody is waiting for them any more, as in the searches below and above.
   */
  listByNamePrefix(prefix: string, exceptIds: readonly string[], signal: AbortSignal): Promise<NamedVisitors>;
  /** The ids of the custom fields of visitors that can be searched. */
  listSearchableFields(): Promise<string[]>;
  /** An enabled visitor who meets all the criteria; there must be at least one criterion. */
  findContact(criteria: ContactCriteria, signal: AbortSignal): Promise<ContactFound>;
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

/** An e-mail address in the one form in which all its spellings are equal. */
export const comparableEmail = (address: string): string => foldCase(address.trim());

type VisitorTest = (visitor: Visitor) => boolean;
type TextTest = (text: string) => boolean;

/** Makes a test for the addresses that are the given one, in any case. */
function isEmail(email: string): TextTest {
  const wanted = comparableEmail(email);
  return (address) => comparableEmail(address) === wanted;
}

/** Makes a test for the text itself, and for any spelling of a number that it may stand for. */
function isNumber(text: string, country: string): TextTest {
  const meant = numbersMeant(text, country);
  return (number) =>
    number === text || (meant.length > 0 && meant.includes(comparableNumber(number, country) ?? ''));
}

/** Makes a test for the visitors that a term finds; phone numbers without a country's code are the country's. */
export function termMatcher(term: string, fieldIds: readonly string[], country: string): VisitorTest {
  if (term === '') return isEnabled;
  const folded = foldCase(term);
  const [isAddress, isCalled] = [isEmail(term), isNumber(term, country)];
  return (visitor) =>
    isEnabled(visitor) &&
    (emailsOf(visitor).some(isAddress) ||
      phonesOf(visitor).some(isCalled) ||
      searchableTexts(visitor, fieldIds).some((text) => foldCase(text).includes(folded)));
}

const isEnabled: VisitorTest = (visitor) => visitor.disabled !== true;

/** Makes a test for the visitors that meet the criteria, with address and number to the letter, as in Rocket.Chat. */
export const contactMatcher = (criteria: ContactCriteria): VisitorTest =>
  criteriaMatcher(
    criteria,
    (email) => (address) => address === email,
    (phone) => (number) => number === phone,
  );

/** Makes a test for the visitors that meet the criteria, however address and number are spelled. */
export const anySpellingMatcher = (criteria: ContactCriteria, country: string): VisitorTest =>
  criteriaMatcher(criteria, isEmail, (phone) => isNumber(phone, country));

function criteriaMatcher(
  { email, phone, customFields }: ContactCriteria,
  emailTest: (email: string) => TextTest,
  phoneTest: (phone: string) => TextTest,
): VisitorTest {
  const wanted = Object.entries(customFields).map(([id, part]) => [id, foldCase(part)] as const);
  const tests = [
    isEnabled,
    ...(email === undefined ? [] : [hasWhole('visitorEmails', 'address', emailTest(email))]),
    ...(phone === undefined ? [] : [hasWhole('phone', 'phoneNumber', phoneTest(phone))]),
    ...wanted.map(
      ([id, part]): VisitorTest =>
        (visitor) =>
          searchableField(visitor, id).some((text) => foldCase(text).includes(part)),
    ),
  ];
  return (visitor) => tests.every((test) => test(visitor));
}

/** Rocket.Chat compares the whole element: one with further members does not match. */
const hasWhole =
  (list: 'visitorEmails' | 'phone', member: string, test: TextTest): VisitorTest =>
  (visitor) =>
    membersOf([visitor[list]].flat().filter(hasOneKey), member).some(test);

const hasOneKey = (element: unknown): boolean =>
  typeof element === 'object' && element !== null && Object.keys(element).length === 1;
