import type { Request } from 'express';
import type { InputReader } from '../../../http/endpoint.ts';
import { decodeBody } from '../../../http/request-body.ts';
import { textProblem } from '../../../http/text-check.ts';
import { RocketChatError } from '../errors.ts';
import { ajvRules, type Check } from './ajv-rules.ts';
import { matchRules } from './match-rules.ts';
import type { Schema } from './schema.ts';

/**
 * Rocket.Chat 8 validates in three styles: `legacy` routes and `typed` routes by ajv, with different
 * failure forms, and `match` routes by Meteor's `check()`.
 */
export type Style = 'legacy' | 'typed' | 'match';

/** What an endpoint accepts. As in Rocket.Chat, parameters in a location without a schema are ignored. */
export interface Accepts<P, Q, B> {
  readonly path?: Schema<P>;
  readonly query?: Schema<Q>;
  readonly body?: Schema<B>;
}

/** The decoded request. */
interface Decoded {
  readonly params: Request['params'];
  readonly query: Request['query'];
  readonly body: unknown;
}
type Location = keyof Decoded;

/** What is read of a body that is a list has to have a name. */
type ReadBody<B> = B extends readonly (infer Item)[] ? { readonly items: Item[] } : B;

/**
 * Makes the reader of an endpoint's input: path, query and body parameters in one object, each of the type its schema
 * says. The first thing that is wrong is thrown as a {@link RocketChatError} in the style's own form. Call it before
 * the endpoint rather than inside it, where TypeScript would infer no type for a destructured input.
 */
export function params<P = unknown, Q = unknown, B = unknown>(
  style: Style,
  accepts: Accepts<P, Q, B>,
): InputReader<P & Q & ReadBody<B>> {
  const rules = style === 'match' ? matchRules : ajvRules;
  const checks: [Location, Check][] = [];
  if (accepts.path) checks.push(['params', rules(accepts.path, false)]);
  if (accepts.query) checks.push(['query', rules(accepts.query, true)]);
  if (accepts.body) checks.push(['body', rules(accepts.body, false)]);
  return (req, access) => {
    // A page that is being left reports by a beacon, which cannot carry the headers of a user.
    const { decoded, problem } = decode(req, style, access.kind === 'public');
    const input = {};
    for (const [location, check] of checks) {
      const found = read(style, location, check, decoded[location]);
      Object.assign(input, Array.isArray(found) ? { items: found } : found);
    }
    // Rocket.Chat treats a body that it cannot parse as empty; if an empty body would be accepted, this refuses it.
    if (problem !== undefined) throw invalid(style, 'body', problem);
    return input as P & Q & ReadBody<B>;
  };
}

function read(style: Style, location: Location, check: Check, value: unknown): object {
  const misfit = textProblem(value);
  if (misfit !== undefined) throw invalid(style, location, misfit);
  const checked = check(value);
  if ('error' in checked) throw invalid(style, location, checked.error);
  return checked.value as object;
}

function decode(
  req: Request,
  style: Style,
  mayBeBeacon: boolean,
): { decoded: Decoded; problem: string | undefined } {
  const { params, query } = { params: req.params, query: queryOf(req) };
  const given = decodeBody(req, { mayBeBeacon });
  if ('value' in given) return { decoded: { params, query, body: given.value }, problem: undefined };
  if (!given.isText) throw invalid(style, 'body', given.problem);
  return { decoded: { params, query, body: {} }, problem: given.problem };
}

/** The query, which Express parses, or refuses for its length, only on access. */
function queryOf(req: Request): Request['query'] {
  try {
    return req.query;
  } catch (cause) {
    throw new RocketChatError({ status: 400, error: 'Invalid query parameters' }, { cause });
  }
}

function invalid(style: Style, location: Location, message: string): RocketChatError {
  if (style === 'match') {
    const error = message.startsWith('Match error') ? message : `Match error: ${message}`;
    return new RocketChatError({ status: 400, error });
  }
  if (style === 'legacy') {
    return new RocketChatError({
      status: 400,
      error: `${message} [invalid-params]`,
      errorType: 'invalid-params',
    });
  }
  const errorType = location === 'query' ? 'error-invalid-params' : 'invalid-params';
  return new RocketChatError({ status: 400, error: message, errorType, typeFirst: true });
}
