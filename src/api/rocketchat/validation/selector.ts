import { plainError } from '../errors.ts';
import { parseJson } from './parse-json.ts';
import { isPlainObject } from './plain-object.ts';

/** What an `autocomplete` looks for: names with a term, except for those of documents with these ids. */
export interface Selector {
  readonly term: string | undefined;
  readonly exceptions: readonly string[];
}

/**
 * Reads `{"term": "ann", "exceptions": ["id"]}`; Rocket.Chat's `conditions`, a query of MongoDB, are ignored.
 * @throws {RocketChatError} For text that is not JSON in the engine's words, as in Rocket.Chat.
 */
export function readSelector(text: string): Selector {
  const selector = parseJson(text, plainError);
  if (!isPlainObject(selector)) throw plainError('The selector must be a JSON object');
  const { term, exceptions = [] } = selector;
  if (term !== undefined && typeof term !== 'string')
    throw plainError('The term of the selector must be a string');
  if (!Array.isArray(exceptions) || !exceptions.every((id) => typeof id === 'string')) {
    throw plainError('The exceptions of the selector must be a list of ids');
  }
  return { term, exceptions };
}
