import type { Response } from 'express';
import type { AccessControl } from '../../domain/accounts/access.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { CallLimits, EndpointFacts } from '../../http/dialect.ts';
import type { CallLimit, Quota } from '../../http/rate-limit.ts';
import type { RocketChatFailure } from './errors.ts';

export interface LimitsDeps {
  readonly access: AccessControl;
  readonly settings: Settings;
}

const minuteMs = 60_000;

/**
 * Rocket.Chat's limits and settings. What visitors do themselves is limited by settings of Foyer's: an address may do
 * as much as a number of visitors, who may work in one office. Users with `api-bypass-rate-limit` have no limits.
 */
export function limitsOf(
  { access, settings }: LimitsDeps,
  { rateLimit, isLimitedByVisitor }: EndpointFacts,
  user: User | undefined,
): CallLimits {
  if (rateLimit === false || !settings.get('API_Enable_Rate_Limiter')) return {};
  if (user && access.hasPermission(user, 'api-bypass-rate-limit')) return {};
  if (!isLimitedByVisitor) return { byAddress: rateLimit ?? ofAddresses(settings) };
  const { calls, perMs } = rateLimit ?? ofVisitors(settings);
  const bytesPerMinute = settings.get('Foyer_Rate_Limiter_Visitor_Bytes');
  const visitors = settings.get('Foyer_Rate_Limiter_Visitors_Per_Address');
  return {
    byAddress: {
      calls: calls * visitors,
      // So that what a visitor may do every few seconds is not done by an address hundreds of times a minute.
      perMs: Math.max(perMs, minuteMs),
      bytesPerMinute: bytesPerMinute * visitors,
    },
    byVisitor: { calls, perMs, bytesPerMinute },
  };
}

const ofVisitors = (settings: Settings): CallLimit => ({
  calls: settings.get('Foyer_Rate_Limiter_Visitor_Calls'),
  perMs: minuteMs,
});

const ofAddresses = (settings: Settings): CallLimit => ({
  calls: settings.get('API_Enable_Rate_Limiter_Limit_Calls_Default'),
  perMs: settings.get('API_Enable_Rate_Limiter_Limit_Time_Default'),
});

/** Every answer tells what is left of the limit. */
export function showQuota({ limit, remaining, resetAt }: Quota, res: Response): void {
  res.setHeader('X-RateLimit-Limit', limit);
  res.setHeader('X-RateLimit-Remaining', remaining);
  res.setHeader('X-RateLimit-Reset', resetAt.getTime());
}

/** The 429. */
export const tooManyRequests = ({ waitSeconds }: Quota): RocketChatFailure => ({
  status: 429,
  error: `Error, too many requests. Please slow down. You must wait ${waitSeconds} seconds before trying this endpoint again. [error-too-many-requests]`,
});
