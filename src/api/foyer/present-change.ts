import type { Change } from '../../domain/conversation/show-changes.ts';
import { presentDetails } from './present-details.ts';

/** What changed. */
export const presentChange = (change: Change): object => ({
  kind: change.kind,
  at: change.at,
  ...('visitorId' in change && change.visitorId !== undefined ? { visitorId: change.visitorId } : {}),
  document: change.kind === 'visitor-details' ? presentDetails(change.document) : change.document,
});
