import type { Filter } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import {
  anySpellingMatcher,
  type ContactCriteria,
  contactMatcher,
} from '../../domain/visitors/visitor-search.ts';
import { contactKeys, fieldKey, type KeyDocument } from './key-document.ts';
import type { KeyCollections } from './key-writer.ts';
import { allVisitors, bestWindow, candidates, withLongTexts } from './lookup.ts';
import type { Readiness } from './readiness.ts';
import { textFilter } from './term-filter.ts';

/**
 * The first enabled visitor found who meets the criteria: one with address and number to the letter or, if there is
 * none and the keys are built, one with other spellings of them.
 */
export async function searchContact(
  collections: KeyCollections,
  criteria: ContactCriteria,
  getReadiness: () => Promise<Readiness>,
  signal: AbortSignal,
): Promise<Visitor | null> {
  const { email, phone } = criteria;
  const possible = await possibleContacts(collections, criteria, getReadiness, signal);
  const found = await firstMatch(collections, possible, contactMatcher(criteria));
  const contact = email ?? phone;
  if (found || contact === undefined || !(await getReadiness()).isReady) return found;
  const country = collections.country();
  const similar = candidates(collections, { exact: { $in: contactKeys(contact, country) } }, { signal });
  return firstMatch(collections, similar, anySpellingMatcher(criteria, country));
}

async function firstMatch(
  { visitors }: KeyCollections,
  possible: AsyncIterable<Visitor>,
  matches: (visitor: Visitor) => boolean,
): Promise<Visitor | null> {
  for await (const { _id, ...candidate } of possible) {
    if (!matches({ _id, ...candidate })) continue;
    const whole = await visitors.findOne({ _id });
    if (whole && matches(whole)) return whole;
  }
  return null;
}

async function possibleContacts(
  collections: KeyCollections,
  { email, phone, customFields }: ContactCriteria,
  getReadiness: () => Promise<Readiness>,
  signal: AbortSignal,
): Promise<AsyncIterable<Visitor>> {
  const { visitors, keys } = collections;
  if (email !== undefined) return visitors.find({ 'visitorEmails.address': email }, { signal });
  if (phone !== undefined) return visitors.find({ 'phone.phoneNumber': phone }, { signal });
  const readiness = await getReadiness();
  if (!readiness.isReady) return allVisitors(visitors, { signal });
  const parts = Object.entries(customFields).sort(([, a], [, b]) => b.length - a.length);
  const [fieldId, part] = parts[0] ?? ['', ''];
  const filter: Filter<KeyDocument> =
    part === '' ? { exact: fieldKey(fieldId) } : textFilter(await bestWindow(keys, part, textFilter));
  return candidates(collections, withLongTexts(filter, readiness.hasLongTexts), { signal });
}
