import { AppError } from '../../../domain/errors.ts';
import { type SendMessageDeps, sendAgentMessage } from '../../../domain/messages/send-message.ts';
import { endpoint } from '../endpoint.ts';
import { answerMethodCall, readArgument } from '../method-call.ts';
import { userOf } from '../user-of.ts';
import { params } from '../validation/params.ts';
import { object, openObject, optional, type Read, string } from '../validation/schema.ts';

const body = object({ message: string() });
const messageSchema = openObject({ _id: optional(string()), rid: string(), msg: optional(string()) });

const accepted = params('typed', { body });

/** `POST method.call/sendMessage`: a user answers in a livechat room, by the method of Rocket.Chat's own client. */
export const methodCallSendMessage = (deps: SendMessageDeps) =>
  endpoint({
    operationId: 'method-call-send-message',
    method: 'post',
    path: '/method.call/sendMessage',
    access: { kind: 'user' },
    rateLimit: false,
    input: accepted,
    handle: ({ message }, caller) =>
      answerMethodCall(message, async (call) => {
        const { _id, rid, msg = '' } = readMessage(call.method, call.params[0]);
        return sendAgentMessage(deps, userOf(caller), { rid, msg, id: _id || undefined });
      }),
  });

function readMessage(method: string, given: unknown): Read<typeof messageSchema> {
  if (method !== 'sendMessage') {
    throw new AppError('error-invalid-params', { reason: `Method '${method}' not found` });
  }
  return readArgument(messageSchema, given);
}
