import { AppError } from '../../domain/errors.ts';
import { textProblem } from '../../http/text-check.ts';
import { plainError, RocketChatError } from './errors.ts';
import { ajvRules } from './validation/ajv-rules.ts';
import { isPlainObject } from './validation/coerce.ts';
import { parseJson } from './validation/parse-json.ts';
import type { Schema } from './validation/schema.ts';

/** A method call of the realtime protocol, as `method.call` carries it in a JSON text. */
export interface MethodCall {
  readonly id: string;
  readonly method: string;
  readonly params: readonly unknown[];
}

/**
 * Runs the call in a request's `message` and gives what the endpoint answers.
 * @throws {RocketChatError} `Invalid method call`, or the protocol's answer to a call that was refused.
 */
export async function answerMethodCall(
  text: string,
  run: (call: MethodCall) => Promise<unknown>,
): Promise<{ message: string }> {
  const call = readMethodCall(text);
  try {
    return { message: methodResult(call.id, await run(call)) };
  } catch (error) {
    throw methodFailure(call.id, error);
  }
}

/** Reads the call in a request's `message`. @throws {RocketChatError} `Invalid method call`. */
function readMethodCall(text: string): MethodCall {
  const refusal = () => plainError('Invalid method call');
  const call = parseJson(text, refusal);
  if (!isPlainObject(call) || textProblem(call) !== undefined) throw refusal();
  const { id, method, params = [] } = call;
  const named = typeof method === 'string' && (typeof id === 'string' || typeof id === 'number');
  if (!named || !Array.isArray(params)) throw refusal();
  return { id: String(id), method, params };
}

/** An argument in the type of its schema. @throws {AppError} `error-invalid-params` */
export function readArgument<T>(schema: Schema<T>, given: unknown): T {
  const checked = ajvRules(schema, given ?? (schema.nullable ? null : {}), '', false);
  if ('error' in checked) throw new AppError('error-invalid-params', { reason: checked.error });
  return checked.value as T;
}

/** The answer's `message`, with dates in the protocol's form: `{"$date": <milliseconds>}`. */
const methodResult = (id: string, result: unknown): string =>
  JSON.stringify({ msg: 'result', id, result: withMethodDates(result) });

/** The answer to a call that was refused; any other error is thrown on. */
function methodFailure(id: string, error: unknown): RocketChatError {
  if (!(error instanceof AppError)) throw error;
  const { code, reason, details } = error;
  const message = reason === undefined ? `[${code}]` : `${reason} [${code}]`;
  const described = { isClientSafe: true, error: code, reason, details, message, errorType: 'Meteor.Error' };
  const text = JSON.stringify({ msg: 'result', id, error: described });
  return new RocketChatError({ status: 400, payload: { message: text } });
}

function withMethodDates(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.getTime() };
  if (Array.isArray(value)) return value.map(withMethodDates);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withMethodDates(member)]));
}
