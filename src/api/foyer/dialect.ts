import type { Dependencies } from '../../domain/dependencies.ts';
import type { Dialect } from '../../http/dialect.ts';
import { below } from '../../http/endpoint.ts';
import { visitorLimits } from '../../http/visitor-limits.ts';
import { sendFailure, sendSuccess } from './answers.ts';
import { authenticate, authorize } from './authenticate.ts';
import type { FoyerAnswer } from './endpoint.ts';
import { foyerEndpoints } from './routes.ts';

const minuteMs = 60_000;

/** Foyer's own API, for what none of the vendors' has: JSON, and problem details (RFC 9457) for failures. */
export const foyer = (deps: Dependencies): Dialect<FoyerAnswer> => ({
  owns: ['/api/foyer'],
  endpoints: below('/api/foyer/v1', foyerEndpoints(deps)),
  checks: ['authenticate', 'authorize', 'limit'],
  authenticate: (req, endpoint) => authenticate(deps.access, req, endpoint),
  authorize: (endpoint, user) => authorize(deps.access, endpoint, user),
  limitsOf: ({ isLimitedByVisitor }, user) =>
    isLimitedByVisitor && user === undefined
      ? visitorLimits(deps.settings)
      : { byAddress: { calls: deps.settings.get('Foyer_Api_Calls'), perMs: minuteMs } },
  sendSuccess: (answer, { res }) => sendSuccess(answer, res),
  sendFailure: (failure, { res }) => sendFailure(failure, res),
});
