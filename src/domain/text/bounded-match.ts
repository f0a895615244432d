import { type Context, createContext, Script } from 'node:vm';

/** Longer than any sensible pattern takes; while one is matched, the service does nothing else. */
const limitMs = 100;

const match = new Script('text.match(new RegExp(pattern, flags))');
let context: Context | undefined;

/**
 * Matches a text against a pattern that somebody set, in a setting or in the definition of a custom field. Some
 * patterns take for ever on some texts, so matching is cut off after a tenth of a second.
 * @returns what `String.match` gives, or null for no match, for a pattern that is none, and for one that took too long.
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
