import type { Clock } from '../clock.ts';
import { setStatusInRooms, type VisitorStatusDeps } from '../rooms/visitor-status.ts';
import type { Settings } from '../settings/settings.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';

export interface VisitorStatusDeps {
  readonly inquiries: Pick<InquiryStore, 'setVisitorStatus'>;
  readonly rooms: Pick<RoomStore, 'setVisitorStatus' | 'listOfflineVisitors'>;
}

export interface QuietVisitorsDeps extends VisitorStatusDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly visitorRecords: Pick<VisitorRecords, 'readQuiet' | 'listByVisitorIds'>;
}

const minuteMs = 60_000;
/** Whoever became quiet earlier, while no instance was running, keeps the status they had. */
const lookBackMs = 60 * minuteMs;

/** How long nothing is heard of a visitor until they are offline; 0 where they never are for that. */
export const quietMsOf = (settings: Settings): number =>
  settings.get('Foyer_Visitor_Offline_Minutes') * minuteMs;

/** Sets visitors online who are heard of again, where they are offline, on their open rooms and in the queue. */
export async function setReturnedOnline(
  deps: VisitorStatusDeps,
  visitorIds: readonly string[],
): Promise<void> {
  if (visitorIds.length === 0) return;
  for (const id of await deps.rooms.listOfflineVisitors(visitorIds)) await setStatus(deps, id, 'online');
}

const setStatus = (
  { inquiries, rooms }: VisitorStatusDeps,
  visitorId: string,
  status: string,
): Promise<unknown> =>
  Promise.all([rooms.setVisitorStatus(visitorId, status), inquiries.setVisitorStatus(visitorId, status)]);

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
      for (const id of visitorIds) await setStatus(deps, id, 'offline');
      // Whoever was heard of meanwhile may have been set online before that.
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
