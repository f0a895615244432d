import type { AccessControl } from '../../../domain/accounts/access.ts';
import type { DefineCustomFieldDeps } from '../../../domain/custom-fields/define-custom-field.ts';
import { AppError } from '../../../domain/errors.ts';
import type { SendMessageDeps } from '../../../domain/messages/send-message.ts';
import { isAllowed } from '../../../http/is-allowed.ts';
import { refusalOf } from '../refusals.ts';
import { type CallableMethod, type MethodCaller, MethodError } from './method.ts';
import { removeCustomField } from './remove-custom-field.ts';
import { saveCustomField } from './save-custom-field.ts';
import { sendMessage } from './send-message.ts';

/** All methods, by the names that clients call. */
export const methodNames = ['sendMessage', 'livechat:saveCustomField', 'livechat:removeCustomField'] as const;

type MethodName = (typeof methodNames)[number];

export type MethodDeps = SendMessageDeps & DefineCustomFieldDeps;

const methodsOf = (deps: MethodDeps): Record<MethodName, CallableMethod> => ({
  sendMessage: sendMessage(deps),
  'livechat:saveCustomField': saveCustomField(deps),
  'livechat:removeCustomField': removeCustomField(deps),
});

/** What a client sends to call a method. */
export interface MethodCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** The protocol's description of a refused call, in this order. */
export interface RefusedCall {
  readonly isClientSafe: true;
  readonly error: string;
  readonly reason: string | undefined;
  readonly details: object | undefined;
  readonly message: string;
  readonly errorType: 'Meteor.Error';
}

/** The outcome of a call; the same over HTTP and over a socket. */
export type MethodOutcome = { readonly result: unknown } | { readonly error: RefusedCall };

/** Runs a call; errors other than refusals are thrown. */
export type CallMethod = (call: MethodCall, caller: MethodCaller) => Promise<MethodOutcome>;

/** The methods of the realtime protocol. */
export function methodRegistry(deps: MethodDeps): CallMethod {
  const methods = new Map(Object.values(methodsOf(deps)).map((each) => [each.name, each]));
  return async ({ method, params }, caller) => {
    try {
      return { result: await run(deps.access, methods.get(method), { method, params }, caller) };
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

function refusedCall(name: string, error: unknown): RefusedCall {
  const { code, reason, details } = refusalIn(name, error);
  const message = reason === undefined ? `[${code}]` : `${reason} [${code}]`;
  return { isClientSafe: true, error: code, reason, details, message, errorType: 'Meteor.Error' };
}

function refusalIn(name: string, error: unknown): Pick<MethodError, 'code' | 'reason' | 'details'> {
  if (error instanceof AppError) return refusalOf(name, error);
  if (error instanceof MethodError) return error;
  throw error;
}
