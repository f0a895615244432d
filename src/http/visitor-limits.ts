import type { Settings } from '../domain/settings/settings.ts';
import type { CallLimits } from './dialect.ts';
import type { CallLimit } from './rate-limit.ts';

const minuteMs = 60_000;

/**
 * The limits of what visitors do themselves, in every dialect (ADR 8): a visitor has a number of calls and bytes, and
 * an address as many as a number of visitors, who may be in one office.
 * @param own the endpoint's own limit for a visitor's calls, if it has one.
 */
export function visitorLimits(settings: Settings, own?: CallLimit): CallLimits {
  const { calls, perMs } = own ?? {
    calls: settings.get('Foyer_Rate_Limiter_Visitor_Calls'),
    perMs: minuteMs,
  };
  const bytesPerMinute = settings.get('Foyer_Rate_Limiter_Visitor_Bytes');
  const visitors = settings.get('Foyer_Rate_Limiter_Visitors_Per_Address');
  const callers = Math.min(visitors, own?.mostVisitors ?? visitors);
  return {
    byAddress: {
      calls: calls * callers,
      // So that what a visitor may do every few seconds is not done by an address hundreds of times a minute.
      perMs: Math.max(perMs, minuteMs),
      bytesPerMinute: bytesPerMinute * visitors,
    },
    byVisitor: { calls, perMs, bytesPerMinute },
  };
}
