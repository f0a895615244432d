import type { Response } from 'express';
import type { AccessControl } from '../../domain/accounts/access.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { CallLimits, EndpointFacts } from '../../http/dialect.ts';
import type { CallLimit, Quota } from '../../http/rate-limit.ts';
import { visitorLimits } from '../../http/visitor-limits.ts';
import type { RocketChatFailure } from './errors.ts';

export interface LimitsDeps {
  readonly access: AccessControl;
  readonly settings: Settings;
}

/**
 * Rocket.Chat's limits and settings, except for what visitors do themselves. Users with `api-bypass-rate-limit` have no
 * limits.
 */
export function limitsOf(
  { access, settings }: LimitsDeps,
  { rateLimit, isLimitedByVisitor }: EndpointFacts,
  user: User | undefined,
): CallLimits {
  if (rateLimit === false || !settings.get('API_Enable_Rate_Limiter')) return {};
  if (user && access.hasPermission(user, 'api-bypass-rate-limit')) return {};
  if (isLimitedByVisitor) return visitorLimits(settings, rateLimit);
  return { byAddress: rateLimit ?? ofAddresses(settings) };
}

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
