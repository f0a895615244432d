import { setStatusInRooms, type VisitorStatusDeps } from '../rooms/visitor-status.ts';
import type { PresenceStore } from '../visitors/presence.ts';

export type VisitorPresenceDeps = VisitorStatusDeps & { readonly presence: PresenceStore };

/** How many visitors of an instance that died are looked at in one step. */
const stepSize = 200;

/** The visitor has opened a socket here. @param isOffline whether they counted as offline in their open room. */
export async function visitorCame(
  deps: VisitorPresenceDeps,
  visitorId: string,
  isOffline: boolean,
): Promise<void> {
  await deps.presence.enter(visitorId);
  if (isOffline) await setStatusInRooms(deps, visitorId, 'online');
}

/** The visitor's last socket here has been closed for a while: they are offline, unless they are elsewhere. */
export async function visitorLeft(deps: VisitorPresenceDeps, visitorId: string): Promise<void> {
  await deps.presence.leave(visitorId);
  await setOfflineUnlessPresent(deps, visitorId);
}

/**
 * Takes care of visitors of an instance that died.
 * @returns whether there may be more.
 */
export async function clearAbandoned(deps: VisitorPresenceDeps): Promise<boolean> {
  const { presence } = deps;
  const abandoned = await presence.listAbandoned(stepSize);
  await presence.forget(abandoned);
  for (const { visitorId } of abandoned) await setOfflineUnlessPresent(deps, visitorId);
  return abandoned.length > 0;
}

async function setOfflineUnlessPresent(deps: VisitorPresenceDeps, visitorId: string): Promise<void> {
  const { presence } = deps;
  if (await presence.isPresent(visitorId)) return;
  await setStatusInRooms(deps, visitorId, 'offline');
  // They may have come to another instance meanwhile, which saw them online.
  if (await presence.isPresent(visitorId)) await setStatusInRooms(deps, visitorId, 'online');
}
