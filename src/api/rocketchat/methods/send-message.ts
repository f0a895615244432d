import { type SendMessageDeps, sendAgentMessage } from '../../../domain/messages/send-message.ts';
import { userOf } from '../../../http/user-of.ts';
import { agentMessage, readAgentMessage } from '../agent-message.ts';
import { method } from './method.ts';

/** `sendMessage`: a user writes in a livechat room, as Rocket.Chat's own client does. */
export const sendMessage = (deps: SendMessageDeps) =>
  method({
    name: 'sendMessage',
    access: { kind: 'user' },
    parameters: [agentMessage],
    handle: async ([message], caller) =>
      sendAgentMessage(deps, userOf(caller), readAgentMessage(message, 'sendMessage')),
  });
