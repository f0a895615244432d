import type { Filter } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { type ContactCriteria, contactMatcher } from '../../domain/visitors/visitor-search.ts';
import { fieldKey, type KeyDocument } from './key-document.ts';
import type { KeyCollections } from './key-writer.ts';
import { allVisitors, bestWindow, candidates, withLongTexts } from './lookup.ts';
import type { Readiness } from './readiness.ts';
import { textFilter } from './term-filter.ts';

/** The first enabled visitor found who meets the criteria. */
export async function searchContact(
  collections: KeyCollections,
  criteria: ContactCriteria,
  getReadiness: () => Promise<Readiness>,
  signal: AbortSignal,
): Promise<Visitor | null> {
  const matches = contactMatcher(criteria);
  const ids = await possibleContacts(collections, criteria, getReadiness, signal);
  for await (const { _id, ...candidate } of ids) {
    if (!matches({ _id, ...candidate })) continue;
    const whole = await collections.visitors.findOne({ _id });
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
