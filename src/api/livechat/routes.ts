import type { Dependencies } from '../../domain/dependencies.ts';
import type { LiveChatEndpoint } from './endpoint.ts';
import { agents } from './endpoints/agents.ts';
import { agentsLogin } from './endpoints/agents-login.ts';
import { chats } from './endpoints/chats.ts';
import { chatsId } from './endpoints/chats-id.ts';
import { chatsSendTranscript } from './endpoints/chats-send-transcript.ts';
import { goalsMarkAsSuccessful } from './endpoints/goals-mark-as-successful.ts';
import { groups } from './endpoints/groups.ts';
import { groupsId } from './endpoints/groups-id.ts';
import { status, statusId } from './endpoints/status.ts';
import { visitors, visitorsChatting } from './endpoints/visitors.ts';
import { visitorsDetails } from './endpoints/visitors-details.ts';
import { webhooksDelete } from './endpoints/webhooks-delete.ts';
import { webhooksGet } from './endpoints/webhooks-get.ts';
import { webhooksPost } from './endpoints/webhooks-post.ts';

/** LiveChat's endpoints, at the root and below `/v2`. */
export const liveChatEndpoints = (deps: Dependencies): readonly LiveChatEndpoint[] => [
  agents(deps),
  agentsLogin(deps),
  chats(deps),
  chatsId(deps),
  chatsSendTranscript(deps),
  goalsMarkAsSuccessful(deps),
  groups(deps),
  groupsId(deps),
  status(deps),
  statusId(deps),
  visitors(deps),
  visitorsChatting(deps),
  visitorsDetails(deps),
  webhooksDelete(deps),
  webhooksGet(deps),
  webhooksPost(deps),
];
