import type { Change } from '../../domain/conversation/read-changes.ts';

/** What changed. */
export const presentChange = ({ kind, at, document, ...more }: Change): object => ({
  kind,
  at,
  ...('visitorId' in more && more.visitorId !== undefined ? { visitorId: more.visitorId } : {}),
  document,
});
