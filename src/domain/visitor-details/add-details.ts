import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { getVisitorRecord } from '../visits/get-visitor-record.ts';
import type { VisitorReference } from '../visits/public-ids.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';
import type { WebhookStore } from '../webhooks/webhook.ts';
import type { DetailSet, DetailSetStore } from './visitor-details.ts';

export interface AddDetailsDeps {
  readonly clock: Clock;
  readonly detailSets: DetailSetStore;
  readonly settings: Settings;
  readonly visitorRecords: VisitorRecords;
  readonly webhooks: Pick<WebhookStore, 'hasToken'>;
}

/** A set of facts about a visitor, and what authorises the integrator who adds it. */
export interface AddedDetails {
  /** The number of the licence, as text. */
  readonly licence: string;
  /** The token of any webhook. */
  readonly token: string;
  readonly set: Pick<DetailSet, 'name' | 'icon' | 'fields'>;
}

/**
 * Shows a set of facts about a visitor to agents, in place of the set of the same name.
 * @throws {AppError} `not-allowed`, `visitor-not-found` or `too-many-details`.
 */
export async function addDetails(
  { clock, detailSets, settings, visitorRecords, webhooks }: AddDetailsDeps,
  visitor: VisitorReference,
  { licence, token, set }: AddedDetails,
): Promise<void> {
  const isOurs = licence === String(settings.get('Foyer_License_Number'));
  if (!isOurs || !(await webhooks.hasToken(token))) throw new AppError('not-allowed');
  const { recordId } = await getVisitorRecord({ visitorRecords }, visitor);
  const isStored = await detailSets.put({ ...set, recordId, updatedAt: clock() });
  if (!isStored) throw new AppError('too-many-details');
}
