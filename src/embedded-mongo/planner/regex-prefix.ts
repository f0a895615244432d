const special = new Set([...'^$.|?*+()[]{}\\']);
const quantifiers = new Set([...'?*+{']);

/** What a regular expression says about the beginning of its matches. */
export interface RegexPrefix {
  prefix: string;
  /** Whether every string with the prefix matches. */
  isExact: boolean;
}

function literalAt(pattern: string, position: number): { text: string; next: number } | undefined {
  const character = pattern[position];
  if (character === undefined) return undefined;
  if (character === '\\') {
    const escaped = pattern[position + 1];
    if (escaped === undefined || /[\p{L}\p{N}]/u.test(escaped)) return undefined;
    return { text: escaped, next: position + 2 };
  }
  if (special.has(character)) return undefined;
  const whole = String.fromCodePoint(pattern.codePointAt(position) ?? 0);
  return { text: whole, next: position + whole.length };
}

/** The literal text that every match begins with (`^abc`), or undefined if none can be determined. */
export function regexPrefix(pattern: string, options: string): RegexPrefix | undefined {
  if (/[imx]/.test(options) || pattern.includes('|')) return undefined;
  const start = pattern.startsWith('^') ? 1 : pattern.startsWith('\\A') ? 2 : 0;
  if (start === 0) return undefined;
  let prefix = '';
  let position = start;
  for (let found = literalAt(pattern, position); found; found = literalAt(pattern, position)) {
    // A literal followed by a quantifier may be absent.
    if (quantifiers.has(pattern[found.next] ?? '')) break;
    prefix += found.text;
    position = found.next;
  }
  return prefix === '' ? undefined : { prefix, isExact: position === pattern.length };
}
