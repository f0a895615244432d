import type { RocketChatEndpoint } from './mount.ts';

/** What is left of an endpoint's calls for one address. */
export interface Quota {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
  /** How long to wait, where the call is not allowed. */
  readonly waitSeconds: number;
}

/** Counts calls by endpoint and address. `undefined`: the endpoint is not limited. */
export interface RateLimiter {
  count(endpoint: RocketChatEndpoint, ip: string): Promise<Quota | undefined>;
}

/** No limits at all, as Rocket.Chat's in TEST_MODE. */
export const unlimited: RateLimiter = { count: async () => undefined };
