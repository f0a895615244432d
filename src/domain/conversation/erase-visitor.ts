import type { Clock } from '../clock.ts';
import { type Erasure, type ErasureStore, erasureIdOf } from '../erasures/erasure.ts';
import { AppError } from '../errors.ts';
import type { Jobs } from '../jobs.ts';
import { getVisitorRecord } from '../visits/get-visitor-record.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';

export interface EraseVisitorDeps {
  readonly clock: Clock;
  readonly erasures: ErasureStore;
  readonly jobs: Jobs;
  readonly visitorRecords: VisitorRecords;
}

/**
 * Deletes everything about a visitor, registered or not, even while a room of theirs is open. With thousands of rooms,
 * the rest is deleted after this returns.
 * @returns the receipt as it stands.
 * @throws {AppError} `visitor-not-found`
 */
export async function eraseVisitor(deps: EraseVisitorDeps, id: string): Promise<Erasure> {
  const record = await getVisitorRecord(deps, { by: 'id', value: id });
  const receiptId = erasureIdOf(record.id);
  await deps.erasures.begin(receiptId, deps.clock());
  await deps.jobs.run('remove-visitor', record.id);
  return getErasure(deps, receiptId);
}

/** @throws {AppError} `erasure-not-found` */
export async function getErasure(
  { erasures }: Pick<EraseVisitorDeps, 'erasures'>,
  id: string,
): Promise<Erasure> {
  const erasure = await erasures.find(id);
  if (erasure === null) throw new AppError('erasure-not-found');
  return erasure;
}
