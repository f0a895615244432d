import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { PresenceStore } from '../visitors/presence.ts';

export interface VisitorPresenceDeps {
  readonly inquiries: InquiryStore;
  readonly presence: PresenceStore;
  readonly rooms: RoomStore;
}

/** How many visitors of an instance that died are looked at in one step. */
const stepSize = 200;

/** The visitor has opened a socket here. @param isOffline whether they counted as offline in their open room. */
export async function visitorCame(
  deps: VisitorPresenceDeps,
  visitorId: string,
  isOffline: boolean,
): Promise<void> {
  await deps.presence.enter(visitorId);
  if (isOffline) await setStatus(deps, visitorId, 'online');
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
  await setStatus(deps, visitorId, 'offline');
  // They may have come to another instance meanwhile, which saw them online.
  if (await presence.isPresent(visitorId)) await setStatus(deps, visitorId, 'online');
}

/** As `livechat/visitor.status` does: in open rooms and in the queue. */
async function setStatus(
  { inquiries, rooms }: VisitorPresenceDeps,
  visitorId: string,
  status: 'online' | 'offline',
): Promise<void> {
  await Promise.all([
    rooms.setVisitorStatus(visitorId, status),
    inquiries.setVisitorStatus(visitorId, status),
  ]);
}
