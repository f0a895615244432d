import type { Dependencies } from '../../domain/dependencies.ts';
import type { Dialect } from '../../http/dialect.ts';
import { below } from '../../http/endpoint.ts';
import { sendFailure, sendJson } from './answers.ts';
import { authenticate, authorize } from './authenticate.ts';
import type { ReveChatAnswer } from './endpoint.ts';
import { reveChatEndpoints } from './routes.ts';

/** REVE Chat's REST API of 2015, below `/api`; it only reads. */
export const reveChat = (deps: Dependencies): Dialect<ReveChatAnswer> => ({
  owns: ['/api/agents', '/api/chats', '/api/offlinemessages', '/api/visitors'],
  endpoints: below('/api', reveChatEndpoints(deps)),
  checks: ['limit', 'authenticate', 'authorize'],
  authenticate: (req, _endpoint, { network }) => authenticate(deps, req, network),
  authorize: (_endpoint, user) => authorize(user),
  limitsOf: () =>
    deps.settings.get('API_Enable_Rate_Limiter')
      ? { byAddress: { calls: deps.settings.get('Foyer_Reve_Chat_Calls'), perMs: 60_000 } }
      : {},
  sendSuccess: (body, { res }) => sendJson(res, 200, body),
  sendFailure: (failure, { res }) => sendFailure(failure, res),
});
