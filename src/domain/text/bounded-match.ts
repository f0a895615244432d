import { type Context, createContext, Script } from 'node:vm';

/** More than any sensible pattern takes. The service does nothing else while it matches. */
const limitMs = 100;

const match = new Script('text.match(new RegExp(pattern, flags))');
let context: Context | undefined;

/**
 * Matches a text against a pattern that somebody configured, in a setting or in the definition of a custom field.
 * Some patterns practically never finish on some texts, so matching is stopped after a tenth of a second.
 * @returns what `String.match` returns; null for no match, for an invalid pattern, and for one that took too long.
 */
export function boundedMatch(pattern: string, flags: string, text: string): readonly string[] | null {
  context ??= createContext(Object.create(null));
  Object.assign(context, { pattern, flags, text });
  try {
    const found: ArrayLike<string> | null = match.runInContext(context, { timeout: limitMs });
    return found && Array.from(found);
  } catch {
    return null;
  }
}
