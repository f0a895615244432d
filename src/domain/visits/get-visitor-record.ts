import { AppError } from '../errors.ts';
import type { VisitorReference } from './public-ids.ts';
import type { VisitorRecord, VisitorRecords } from './visitor-record.ts';

/**
 * What is known of a visitor, by any of their public ids; ids from before they were recognised as somebody known still
 * lead there.
 * @throws {AppError} `visitor-not-found`
 */
export async function getVisitorRecord(
  { visitorRecords }: { readonly visitorRecords: VisitorRecords },
  reference: VisitorReference,
): Promise<VisitorRecord> {
  const record = await visitorRecords.find(reference);
  if (record === null) throw new AppError('visitor-not-found');
  return record;
}
