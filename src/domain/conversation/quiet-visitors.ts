import type { Clock } from '../clock.ts';
import type { RoomStore } from '../rooms/room.ts';
import { setStatusInRooms, type VisitorStatusDeps } from '../rooms/visitor-status.ts';
import type { Settings } from '../settings/settings.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';

export type ReturnedVisitorsDeps = VisitorStatusDeps & {
  readonly rooms: Pick<RoomStore, 'listOfflineVisitors'>;
};

export type QuietVisitorsDeps = ReturnedVisitorsDeps & {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly visitorRecords: Pick<VisitorRecords, 'readQuiet' | 'listByVisitorIds'>;
};

const minuteMs = 60_000;
/** Whoever became quiet earlier, while no instance was running, keeps the status they had. */
const lookBackMs = 60 * minuteMs;

/** How long a visitor is not heard from until they are offline, in milliseconds; 0 if that never makes them offline. */
export const quietMsOf = (settings: Settings): number =>
  settings.get('Foyer_Visitor_Offline_Minutes') * minuteMs;

/** Sets visitors who are heard from again online on their open rooms and in the queue, where they are offline. */
export async function setReturnedOnline(
  deps: ReturnedVisitorsDeps,
  visitorIds: readonly string[],
): Promise<void> {
  if (visitorIds.length === 0) return;
  for (const id of await deps.rooms.listOfflineVisitors(visitorIds))
    await setStatusInRooms(deps, id, 'online');
}

/**
 * Makes a function that sets visitors who have not been heard from for as long as the setting says offline, on their
 * open rooms and in the queue. Each call looks at those who became quiet since the one before; other instances may do
 * the same. Rocket.Chat leaves the status as the widget reported it last, even when its page was closed.
 */
export function createQuietVisitorsCheck(deps: QuietVisitorsDeps): (signal: AbortSignal) => Promise<void> {
  const { clock, settings, visitorRecords } = deps;
  let checkedUntil: Date | undefined;
  return async (signal) => {
    const quietMs = quietMsOf(settings);
    if (quietMs <= 0) return;
    const to = new Date(clock().getTime() - quietMs);
    const from = checkedUntil ?? new Date(to.getTime() - lookBackMs);
    for await (const visitorIds of visitorRecords.readQuiet(from, to, signal)) {
      for (const id of visitorIds) await setStatusInRooms(deps, id, 'offline');
      // Whoever was heard from meanwhile may have been set online before that.
      const now = await visitorRecords.listByVisitorIds(visitorIds);
      const heard = now.filter(({ visit }) => visit !== undefined && visit.lastSeenAt > to);
      await setReturnedOnline(
        deps,
        heard.flatMap(({ visitorId = [] }) => visitorId),
      );
    }
    checkedUntil = to;
  };
}
