import type { Dependencies } from '../../../domain/dependencies.ts';
import { suggestVisitors } from '../../../domain/visitors/suggest-visitors.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { parseJson } from '../validation/parse-json.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ selector: string('queryJson') }) });

/** `GET livechat/visitors.autocomplete`: visitors whose name begins with the selector's term. */
export const livechatVisitorsAutocomplete = (deps: Pick<Dependencies, 'visitorSearch'>) =>
  endpoint({
    operationId: 'livechat-visitors-autocomplete',
    method: 'get',
    path: '/livechat/visitors.autocomplete',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ selector }, { signal }) => {
      const { term, exceptions } = readSelector(selector);
      return { items: await suggestVisitors(deps, term, exceptions, signal) };
    },
  });

/** Reads `{"term": "ann", "exceptions": ["id"]}`. Text that is not JSON is refused in the engine's words. */
function readSelector(text: string): { term: string; exceptions: string[] } {
  const selector = parseJson(text, plainError);
  if (!isPlainObject(selector)) throw plainError('The selector must be a JSON object');
  const { term, exceptions = [] } = selector;
  if (typeof term !== 'string') throw plainError('The term of the selector must be a string');
  if (!Array.isArray(exceptions) || !exceptions.every((id) => typeof id === 'string')) {
    throw plainError('The exceptions of the selector must be a list of ids');
  }
  return { term, exceptions };
}
