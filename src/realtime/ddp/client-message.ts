import { parseBoundedJson } from '../../domain/text/bounded-json.ts';
import { textProblem } from '../../http/text-check.ts';

/** What a client asks for under an id of its own, which names the answer. */
export type ClientRequest =
  | {
      readonly msg: 'method';
      readonly id: string;
      readonly method: string;
      readonly params: readonly unknown[];
    }
  | { readonly msg: 'sub'; readonly id: string; readonly name: string; readonly params: readonly unknown[] }
  | { readonly msg: 'unsub'; readonly id: string };

/** A message from a client. */
export type ClientMessage =
  | { readonly msg: 'connect'; readonly version: string; readonly support: readonly string[] }
  | { readonly msg: 'ping'; readonly id?: string }
  | { readonly msg: 'pong' }
  | ClientRequest;

/** A frame that is no message of the protocol, in Meteor's words. */
export interface BadFrame {
  readonly reason: string;
}

/** Longer ids and names are no client's, and would be repeated in every answer. */
const longestName = 256;
const mostParams = 20;
const mostVersions = 20;

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longestName;
const isParams = (value: unknown): value is readonly unknown[] | undefined =>
  value === undefined || (Array.isArray(value) && value.length <= mostParams);

/** Reads the text of a frame. */
export function readClientMessage(text: string): ClientMessage | BadFrame {
  const frame = parse(text);
  if (frame === undefined) return { reason: 'Parse error' };
  if (typeof frame !== 'object' || frame === null || textProblem(frame) !== undefined)
    return { reason: 'Bad request' };
  return readFrame(frame as Readonly<Record<string, unknown>>);
}

function parse(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}

function readFrame(frame: Readonly<Record<string, unknown>>): ClientMessage | BadFrame {
  const { msg, id, name, method, params } = frame;
  switch (msg) {
    case 'connect':
      return readConnect(frame);
    case 'ping':
      return isName(id) ? { msg, id } : { msg };
    case 'pong':
      return { msg };
    case 'method':
      if (!isName(id) || !isName(method) || !isParams(params))
        return { reason: 'Malformed method invocation' };
      return { msg, id, method, params: params ?? [] };
    case 'sub':
      if (!isName(id) || !isName(name) || !isParams(params)) return { reason: 'Malformed subscription' };
      return { msg, id, name, params: params ?? [] };
    case 'unsub':
      return isName(id) ? { msg, id } : { reason: 'Malformed subscription' };
    default:
      return { reason: 'Bad request' };
  }
}

function readConnect({ version, support = [version] }: Readonly<Record<string, unknown>>) {
  const versions = Array.isArray(support) && support.length <= mostVersions ? support : [];
  if (!isName(version) || !versions.every(isName)) return { reason: 'Malformed connect' };
  return { msg: 'connect', version, support: versions } as const;
}
