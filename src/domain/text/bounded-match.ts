import { type Context, createContext, Script } from 'node:vm';

/** More than any sensible patterns take. The service does nothing else while it matches. */
const limitMs = 100;

const matchAll = new Script(
  'for (const { pattern, flags, text } of given) found.push(match(pattern, flags, text))',
);
let context: Context | undefined;

/** A text, and the pattern that it is to be matched against. */
export interface PatternMatch {
  readonly pattern: string;
  readonly flags: string;
  readonly text: string;
}

/**
 * Matches texts against patterns that somebody configured, in a setting or in the definition of a custom field. Some
 * patterns practically never finish on some texts, so after a tenth of a second matching is stopped, for all of them
 * together: a request should call this once.
 * @returns for each what `String.match` returns; null for no match, for an invalid pattern, and for those whose turn
 *   did not end in time.
 */
export function boundedMatches(given: readonly PatternMatch[]): (readonly string[] | null)[] {
  if (given.length === 0) return [];
  context ??= createContext({ match });
  const found: (ArrayLike<string> | null)[] = [];
  Object.assign(context, { given, found });
  try {
    matchAll.runInContext(context, { timeout: limitMs });
  } catch {
    // Out of time.
  }
  return given.map((_, index) => {
    const strings = found[index];
    return strings ? Array.from(strings) : null;
  });
}

function match(pattern: string, flags: string, text: string): ArrayLike<string> | null {
  try {
    return text.match(new RegExp(pattern, flags));
  } catch {
    return null;
  }
}
