import type { DeliveryContent } from './delivery.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The pauses after each failed attempt; after the last one, the delivery is given up. */
const pausesMs: Readonly<Record<DeliveryContent['kind'], readonly number[]>> = {
  // A mail server may be away for a weekend.
  mail: [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, ...Array.from({ length: 24 }, () => 3 * hourMs)],
  // Five attempts in all, the second after 20 seconds, as Rocket.Chat 8 makes them; the others are further apart than
  // there, so that a receiver may be away for an hour.
  session: [20_000, 2 * minuteMs, 15 * minuteMs, hourMs],
  // Ten attempts more within six hours, as LiveChat makes them.
  webhook: [0.5, 1, 2, 5, 10, 20, 40, 60, 90, 120].map((minutes) => minutes * minuteMs),
};

/**
 * How long to wait before the next attempt, in milliseconds; undefined if there is none.
 * @param attempts how many have failed.
 */
export const pauseAfter = (kind: DeliveryContent['kind'], attempts: number): number | undefined =>
  pausesMs[kind][attempts - 1];
