import type { AccessControl } from '../../../domain/accounts/access.ts';
import type { LogInDeps } from '../../../domain/accounts/log-in.ts';
import type { CloseRoomDeps } from '../../../domain/conversation/close-room.ts';
import type { TakeInquiryDeps } from '../../../domain/conversation/take-inquiry.ts';
import type { TransferRoomDeps } from '../../../domain/conversation/transfer-room.ts';
import type { DefineCustomFieldDeps } from '../../../domain/custom-fields/define-custom-field.ts';
import type { SendMessageDeps } from '../../../domain/messages/send-message.ts';
import type { ChangeDepartmentDeps } from '../../../domain/routing/change-department.ts';
import type { CreateDepartmentDeps } from '../../../domain/routing/create-department.ts';
import type { SetAgentStatusDeps } from '../../../domain/routing/set-agent-status.ts';
import type { SaveTriggerDeps } from '../../../domain/triggers/save-trigger.ts';
import { isAllowed } from '../../../http/is-allowed.ts';
import type { MethodOutcome } from '../../../realtime/ddp/connection.ts';
import { changeLivechatStatus } from './change-livechat-status.ts';
import { closeRoom } from './close-room.ts';
import { getRoutingConfig } from './get-routing-config.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { type CallableMethod, type MethodCaller, MethodError } from './method.ts';
import { refusedCall } from './refused-call.ts';
import { removeCustomField } from './remove-custom-field.ts';
import { returnAsInquiry } from './return-as-inquiry.ts';
import { saveCustomField } from './save-custom-field.ts';
import { saveDepartment } from './save-department.ts';
import { saveTrigger } from './save-trigger.ts';
import { sendMessage } from './send-message.ts';
import { setUpConnection } from './set-up-connection.ts';
import { type NotifyRoomDeps, streamNotifyRoom } from './stream-notify-room.ts';
import { takeInquiry } from './take-inquiry.ts';

/** The methods that only clients of Rocket.Chat up to 7.x call: 8.0 has endpoints in their place. */
export const formerMethodNames = [
  'livechat:changeLivechatStatus',
  'livechat:closeRoom',
  'livechat:getRoutingConfig',
  'livechat:removeCustomField',
  'livechat:returnAsInquiry',
  'livechat:saveCustomField',
  'livechat:saveDepartment',
  'livechat:saveTrigger',
  'livechat:takeInquiry',
] as const;

/** The methods that can be called over HTTP and over a socket, by the names that clients call. */
export const methodNames = ['sendMessage', ...formerMethodNames] as const;

type MethodName = (typeof methodNames)[number];

/** Those that concern a socket, and can be called over one only. */
type SocketMethodName = 'livechat:setUpConnection' | 'login' | 'logout' | 'stream-notify-room';

export type MethodDeps = SendMessageDeps &
  CloseRoomDeps &
  CreateDepartmentDeps &
  ChangeDepartmentDeps &
  DefineCustomFieldDeps &
  SaveTriggerDeps &
  SetAgentStatusDeps &
  TakeInquiryDeps &
  TransferRoomDeps;
export type SocketMethodDeps = MethodDeps & LogInDeps & NotifyRoomDeps;

const methodsOf = (deps: MethodDeps): Record<MethodName, CallableMethod> => ({
  sendMessage: sendMessage(deps),
  'livechat:changeLivechatStatus': changeLivechatStatus(deps),
  'livechat:closeRoom': closeRoom(deps),
  'livechat:getRoutingConfig': getRoutingConfig(deps),
  'livechat:removeCustomField': removeCustomField(deps),
  'livechat:returnAsInquiry': returnAsInquiry(deps),
  'livechat:saveCustomField': saveCustomField(deps),
  'livechat:saveDepartment': saveDepartment(deps),
  'livechat:saveTrigger': saveTrigger(deps),
  'livechat:takeInquiry': takeInquiry(deps),
});

const socketMethodsOf = (deps: SocketMethodDeps): Record<SocketMethodName, CallableMethod> => ({
  'livechat:setUpConnection': setUpConnection(),
  login: login(deps),
  logout: logout(deps),
  'stream-notify-room': streamNotifyRoom(deps),
});

/** What a client sends to call a method. */
export interface MethodCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Runs a call; errors other than refusals are thrown. */
export type CallMethod = (call: MethodCall, caller: MethodCaller) => Promise<MethodOutcome>;

/** The methods of the realtime protocol that can be called over HTTP. */
export const methodRegistry = (deps: MethodDeps): CallMethod => callerOf(deps.access, methodsOf(deps));

/** All methods of the realtime protocol, for sockets. */
export const socketMethodRegistry = (deps: SocketMethodDeps): CallMethod =>
  callerOf(deps.access, { ...methodsOf(deps), ...socketMethodsOf(deps) });

function callerOf(access: AccessControl, known: Readonly<Record<string, CallableMethod>>): CallMethod {
  const methods = new Map(Object.values(known).map((each) => [each.name, each]));
  return async ({ method, params }, caller) => {
    try {
      return { result: await run(access, methods.get(method), { method, params }, caller) };
    } catch (error) {
      return { error: refusedCall(method, error) };
    }
  };
}

async function run(
  access: AccessControl,
  found: CallableMethod | undefined,
  { method, params }: MethodCall,
  caller: MethodCaller,
): Promise<unknown> {
  if (found === undefined) throw new MethodError('error-invalid-params', `Method '${method}' not found`);
  if (!isAllowed(access, found.access, caller.user))
    throw new MethodError('error-not-allowed', 'Not allowed', { method });
  return found.call(params, caller);
}
