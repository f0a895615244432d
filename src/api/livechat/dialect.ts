import type { Dependencies } from '../../domain/dependencies.ts';
import type { Dialect } from '../../http/dialect.ts';
import { below } from '../../http/endpoint.ts';
import { sendFailure, sendSuccess } from './answers.ts';
import { authenticate, authorize } from './authenticate.ts';
import type { LiveChatAnswer } from './endpoint.ts';
import { liveChatEndpoints } from './routes.ts';

export { chatEventListener } from './chat-events.ts';
export { type TicketReads, tellOfTicket } from './ticket-event.ts';

const minuteMs = 60_000;

/**
 * Version 2 of LiveChat Inc.'s REST API. It is at the root, as there; so everything that nobody else has is its 404.
 */
export const liveChat = (deps: Dependencies): Dialect<LiveChatAnswer> => ({
  owns: ['/'],
  endpoints: [...liveChatEndpoints(deps), ...below('/v2', liveChatEndpoints(deps))],
  checks: ['limit', 'authenticate', 'authorize'],
  authenticate: (req, endpoint) => authenticate(deps, req, endpoint),
  authorize: (endpoint, user) => authorize(deps.access, endpoint, user),
  limitsOf: () => ({
    byAddress: { calls: deps.settings.get('Foyer_LiveChat_Calls'), perMs: minuteMs },
  }),
  sendSuccess,
  sendFailure,
});
