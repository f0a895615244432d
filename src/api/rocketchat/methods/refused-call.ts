import { AppError } from '../../../domain/errors.ts';
import type { Refusal } from '../../../realtime/ddp/connection.ts';
import { refusalOf } from '../refusals.ts';
import { MethodError } from './method.ts';

/**
 * The protocol's description of why a method or a stream refuses; other errors are thrown.
 * @param name what the wording goes by: the method's or the stream's name.
 */
export function refusedCall(name: string, error: unknown): Refusal {
  const { code, reason, details } = refusalIn(name, error);
  return refusal(code, reason, details);
}

/** A refusal with Meteor's message. */
export function refusal(code: string | number, reason?: string, details?: object): Refusal {
  const message = reason === undefined ? `[${code}]` : `${reason} [${code}]`;
  return { isClientSafe: true, error: code, reason, details, message, errorType: 'Meteor.Error' };
}

function refusalIn(name: string, error: unknown): Pick<MethodError, 'code' | 'reason' | 'details'> {
  if (error instanceof AppError) return refusalOf(name, error);
  if (error instanceof MethodError) return error;
  throw error;
}
