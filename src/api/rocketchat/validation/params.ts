import type { Request } from 'express';
import { body, param, query, type ValidationChain } from 'express-validator';
import type { InputReader } from '../../../http/endpoint.ts';
import { decodeBody } from '../../../http/request-body.ts';
import { textProblem } from '../../../http/text-check.ts';
import { RocketChatError } from '../errors.ts';
import { ajvRules } from './ajv-rules.ts';
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

/**
 * The decoded request as express-validator sees it; a plain object, since Express's own `query` cannot be written to.
 */
interface Decoded {
  readonly params: Request['params'];
  readonly query: Request['query'];
  readonly body: unknown;
  /** What was read in the current location. */
  read?: unknown;
}
type Location = Exclude<keyof Decoded, 'read'>;

const chainFor = { params: param, query, body };

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
  const checks: [Location, ValidationChain][] = [];
  if (accepts.path) checks.push(['params', chain('params', accepts.path, style)]);
  if (accepts.query) checks.push(['query', chain('query', accepts.query, style)]);
  if (accepts.body) checks.push(['body', chain('body', accepts.body, style)]);
  return async (req, access) => {
    // A page that is being left reports by a beacon, which cannot carry the headers of a user.
    const { decoded, problem } = decode(req, style, access.kind === 'public');
    const input = {};
    for (const [location, check] of checks) {
      const found = await read(style, location, check, decoded);
      Object.assign(input, Array.isArray(found) ? { items: found } : found);
    }
    // Rocket.Chat treats a body that it cannot parse as empty; if an empty body would be accepted, this refuses it.
    if (problem !== undefined) throw invalid(style, 'body', problem);
    return input as P & Q & ReadBody<B>;
  };
}

function chain(location: Location, schema: Schema, style: Style): ValidationChain {
  const check = (style === 'match' ? matchRules : ajvRules)(schema, location === 'query');
  return chainFor[location]().custom((value: unknown, { req }) => {
    const checked = check(value);
    if ('error' in checked) throw new Error(checked.error);
    // The converted value; a separate sanitizer would have to check it again.
    (req as Decoded).read = checked.value;
    return true;
  });
}

async function read(
  style: Style,
  location: Location,
  check: ValidationChain,
  decoded: Decoded,
): Promise<object> {
  const request: Decoded = { ...decoded };
  const misfit = textProblem(decoded[location]);
  if (misfit !== undefined) throw invalid(style, location, misfit);
  const result = await check.run(request);
  const [error] = result.array();
  if (error) throw invalid(style, location, String(error.msg));
  return request.read as object;
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
