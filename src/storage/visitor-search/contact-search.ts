import { foldCase } from '../../domain/text/case-folding.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import {
  anySpellingMatcher,
  type ContactCriteria,
  type ContactFound,
  contactMatcher,
} from '../../domain/visitors/visitor-search.ts';
import { findExactly } from './find-exactly.ts';
import type { Readiness } from './readiness.ts';
import { contactKeys } from './table/visitor-row.ts';
import type { Searched } from './verified-page.ts';
import { inOrder } from './visitors-in-order.ts';

type VisitorTest = (visitor: Visitor) => boolean;

/**
 * The first enabled visitor found who meets the criteria: one with address and number to the letter or, if there is
 * none, one with other spellings of them.
 */
export async function searchContact(
  searched: Searched,
  criteria: ContactCriteria,
  getReadiness: () => Promise<Readiness>,
  signal: AbortSignal,
): Promise<ContactFound> {
  const { visitors, feed } = searched;
  const { email, phone, customFields } = criteria;
  const matches = contactMatcher(criteria);
  const contact = email ?? phone;
  if (contact === undefined) {
    const { isComplete } = await getReadiness();
    const possible = withCustomField(searched, customFields);
    return contactFound(await firstMatch(searched, possible, matches, signal), isComplete);
  }
  const field = email === undefined ? 'phone.phoneNumber' : 'visitorEmails.address';
  for await (const visitor of findExactly(visitors, field, [contact], { signal }))
    if (matches(visitor)) return contactFound(visitor, true);
  const { rules, isComplete } = await getReadiness();
  const similar = [feed.table.withExact(contactKeys(contact, rules.country))];
  // To the letter again: while no index serves that, they are found in the table.
  const visitor =
    (await firstMatch(searched, similar, matches, signal)) ??
    (await firstMatch(searched, similar, anySpellingMatcher(criteria, rules.country), signal));
  return contactFound(visitor, isComplete);
}

/** Whoever has been found is the answer, whether or not all visitors have been read. */
const contactFound = (visitor: Visitor | null, isComplete: boolean): ContactFound => ({
  visitor,
  isComplete: isComplete || visitor !== null,
});

async function firstMatch(
  { visitors }: Searched,
  possibleIds: Iterable<readonly string[]>,
  matches: VisitorTest,
  signal: AbortSignal,
): Promise<Visitor | null> {
  for (const ids of possibleIds) {
    signal.throwIfAborted();
    for await (const batch of inOrder(visitors, ids, signal)) {
      for (const { _id } of batch.filter(matches)) {
        const whole = await visitors.findOne({ _id });
        if (whole && matches(whole)) return whole;
      }
    }
  }
  return null;
}

/** The ids of visitors who may have the longest of the values. */
function* withCustomField(
  { feed: { table } }: Searched,
  customFields: ContactCriteria['customFields'],
): Generator<readonly string[]> {
  const parts = Object.entries(customFields).sort(([, a], [, b]) => b.length - a.length);
  const [fieldId, part] = parts[0] ?? ['', ''];
  yield table.longIds;
  yield* part === '' ? table.withField(fieldId) : table.candidates(foldCase(part));
}
