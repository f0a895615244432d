import type { Clock } from '../clock.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { Settings } from '../settings/settings.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';

export interface QuietVisitorsDeps {
  readonly clock: Clock;
  readonly inquiries: Pick<InquiryStore, 'setVisitorStatus'>;
  readonly rooms: Pick<RoomStore, 'setVisitorStatus'>;
  readonly settings: Settings;
  readonly visitorRecords: Pick<VisitorRecords, 'readQuiet'>;
}

const minuteMs = 60_000;
/** Whoever became quiet earlier, while no instance was running, keeps the status they had. */
const lookBackMs = 60 * minuteMs;

/**
 * Makes a function that sets visitors offline, on their open rooms and in the queue, of whom nothing has been heard for
 * as long as the setting says. Each call looks at those who became quiet since the one before; other instances may do
 * the same. Rocket.Chat leaves the status as the widget reported it last, also when its page was closed.
 */
export function createQuietVisitorsCheck(deps: QuietVisitorsDeps): (signal: AbortSignal) => Promise<void> {
  const { clock, inquiries, rooms, settings, visitorRecords } = deps;
  let checkedUntil: Date | undefined;
  return async (signal) => {
    const quietMs = settings.get('Foyer_Visitor_Offline_Minutes') * minuteMs;
    if (quietMs <= 0) return;
    const to = new Date(clock().getTime() - quietMs);
    const from = checkedUntil ?? new Date(to.getTime() - lookBackMs);
    for await (const visitorIds of visitorRecords.readQuiet(from, to, signal)) {
      for (const id of visitorIds)
        await Promise.all([rooms.setVisitorStatus(id, 'offline'), inquiries.setVisitorStatus(id, 'offline')]);
    }
    checkedUntil = to;
  };
}
