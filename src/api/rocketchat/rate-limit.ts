import type { Settings } from '../../domain/settings/settings.ts';
import type { CallLimit, CallWindows } from '../../http/call-windows.ts';
import type { MountableEndpoint } from '../../http/endpoint.ts';

/** What is left of an endpoint's calls for one address. */
export interface Quota {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
  /** How long to wait, where the call is not allowed. */
  readonly waitSeconds: number;
}

/** What a limit looks at of an endpoint. */
type LimitedEndpoint = Pick<MountableEndpoint<unknown>, 'method' | 'path' | 'rateLimit'>;

/** Counts calls by endpoint and address. `undefined`: the endpoint is not limited. */
export interface RateLimiter {
  /** @param visitorToken whose calls are counted, where the limit is one for each visitor. */
  count(endpoint: LimitedEndpoint, ip: string, visitorToken?: string): Quota | undefined;
}

/** No limits at all, as Rocket.Chat's in TEST_MODE. */
export const unlimited: RateLimiter = { count: () => undefined };

interface Parts {
  readonly settings: Settings;
  readonly windows: CallWindows;
  readonly now: () => number;
}

/** Limits by Rocket.Chat's settings and numbers, and visitors' own calls by a setting of Foyer's. */
export function createRateLimiter({ settings, windows, now }: Parts): RateLimiter {
  return {
    count(endpoint, ip, visitorToken = '') {
      const limit = limitOf(endpoint, settings);
      if (limit === undefined) return undefined;
      // Addresses hold no blanks, so that nobody can take another's place by the choice of his token.
      const { total, resetAt } = windows.count(
        `${endpoint.method} ${endpoint.path} ${ip} ${visitorToken}`,
        limit,
      );
      return {
        allowed: total <= limit.calls,
        limit: limit.calls,
        remaining: Math.max(0, limit.calls - total),
        resetAt,
        waitSeconds: Math.max(1, Math.ceil((resetAt.getTime() - now()) / 1000)),
      };
    },
  };
}

function limitOf({ rateLimit }: LimitedEndpoint, settings: Settings): CallLimit | undefined {
  if (rateLimit === false || !settings.get('API_Enable_Rate_Limiter')) return undefined;
  if (rateLimit === 'visitor')
    return { calls: settings.get('Foyer_Rate_Limiter_Visitor_Calls'), perMs: 60_000 };
  return (
    rateLimit ?? {
      calls: settings.get('API_Enable_Rate_Limiter_Limit_Calls_Default'),
      perMs: settings.get('API_Enable_Rate_Limiter_Limit_Time_Default'),
    }
  );
}
