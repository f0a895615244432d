import { textProblem } from '../../../http/text-check.ts';
import type { MethodOutcome } from '../../../realtime/ddp/connection.ts';
import { toEjson } from '../../../realtime/ddp/ejson.ts';
import { endpoint } from '../endpoint.ts';
import { plainError, RocketChatError } from '../errors.ts';
import {
  formerMethodNames,
  type MethodCall,
  type MethodDeps,
  methodNames,
  methodRegistry,
} from '../methods/registry.ts';
import { params } from '../validation/params.ts';
import { parseJson } from '../validation/parse-json.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import { object, oneOf, string } from '../validation/schema.ts';

const accepted = params('typed', {
  path: object({ method: oneOf(...methodNames) }),
  body: object({ message: string('methodCall') }),
});

const former: ReadonlySet<string> = new Set(formerMethodNames);

/**
 * `POST method.call/:method`: calls a method of the realtime protocol over HTTP. As in Rocket.Chat, the method that
 * the message names is called, whatever the path says. A call that fails is answered with 400, as in 8.x; but those
 * who call methods of earlier releases look for the error in a 200, as they were answered.
 */
export const methodCall = (deps: MethodDeps) => {
  const callMethod = methodRegistry(deps);
  return endpoint({
    operationId: 'method-call',
    method: 'post',
    path: '/method.call/:method',
    access: { kind: 'user' },
    rateLimit: false,
    input: accepted,
    handle: async ({ message }, caller) => {
      const call = readCall(message);
      const outcome = await callMethod(call, caller);
      const answer = { message: resultText(call.id, outcome) };
      if ('error' in outcome && !former.has(call.method))
        throw new RocketChatError({ status: 400, payload: answer });
      return answer;
    },
  });
};

/**
 * Reads the call in a request's `message`.
 * @throws {RocketChatError} `Invalid method call`.
 */
function readCall(text: string): MethodCall & { readonly id: string } {
  const refusal = () => plainError('Invalid method call');
  const call = parseJson(text, refusal);
  if (!isPlainObject(call) || textProblem(call) !== undefined) throw refusal();
  const { id, method, params: given = [] } = call;
  const named = typeof method === 'string' && (typeof id === 'string' || typeof id === 'number');
  if (!named || !Array.isArray(given)) throw refusal();
  return { id: String(id), method, params: given };
}

/** The protocol's answer, with dates in its form: `{"$date": <milliseconds>}`. */
const resultText = (id: string, outcome: MethodOutcome): string =>
  JSON.stringify({ msg: 'result', id, ...(toEjson(outcome) as object) });
