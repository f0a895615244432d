import type { Dependencies } from '../../domain/dependencies.ts';
import type { MountableEndpoint } from '../../http/endpoint.ts';
import type { ReveChatAnswer } from './endpoint.ts';
import { agents } from './endpoints/agents.ts';
import { agentsId } from './endpoints/agents-id.ts';
import { chats } from './endpoints/chats.ts';
import { chatsId } from './endpoints/chats-id.ts';
import { offlinemessages } from './endpoints/offlinemessages.ts';
import { offlinemessagesId } from './endpoints/offlinemessages-id.ts';
import { visitors } from './endpoints/visitors.ts';
import { visitorsId } from './endpoints/visitors-id.ts';

/** REVE Chat's endpoints, below `/api`. */
export const reveChatEndpoints = (deps: Dependencies): readonly MountableEndpoint<ReveChatAnswer>[] => [
  agents(deps),
  agentsId(deps),
  chats(deps),
  chatsId(deps),
  offlinemessages(deps),
  offlinemessagesId(deps),
  visitors(deps),
  visitorsId(deps),
];
