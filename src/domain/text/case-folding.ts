/**
 * Folds text so that two texts are equal without regard to case exactly where a case-insensitive regular expression
 * takes them for equal. MongoDB's expressions compare code point by code point by Unicode's simple case folding;
 * `toLowerCase` alone would part `ß` from `ẞ` and `σ` from `ς`, and join `İ` to `i̇`.
 */
export function foldCase(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

const isAscii = /^\p{ASCII}*$/u;
const isOneCharacter = (text: string): boolean =>
  text.length === String.fromCodePoint(text.codePointAt(0) ?? 0).length;

/** Pairs that fold together though neither is the other's upper or lower case, and `ı`, whose upper case is `I`. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['\u0131', '\u0131'],
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

function foldCharacter(character: string): string {
  const exception = exceptions.get(character);
  if (exception !== undefined) return exception;
  // Upper case first: `ſ` and `s`, `ς` and `σ` meet there. What grows by it (`ß`: `SS`) has no simple folding.
  const upper = character.toUpperCase();
  const base = isOneCharacter(upper) ? upper : character;
  const lower = base.toLowerCase();
  return isOneCharacter(lower) ? lower : base;
}
