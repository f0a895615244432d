/**
 * Folds text so that two texts become equal exactly if a case-insensitive regular expression would consider them
 * equal. MongoDB's regular expressions compare code point by code point with Unicode's simple case folding.
 * `toLowerCase` alone would distinguish `ß` from `ẞ` and `σ` from `ς`, and turn `İ` into two characters.
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

/**
 * Pairs that fold together although neither is the other's upper or lower case; and `ı`, which does not fold though
 * its upper case is `I`.
 */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['\u0131', '\u0131'],
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

function foldCharacter(character: string): string {
  const exception = exceptions.get(character);
  if (exception !== undefined) return exception;
  // Upper case first, since that is where `ſ` meets `s`, and `ς` meets `σ`. A character that grows (`ß` to `SS`) has
  // no simple folding.
  const upper = character.toUpperCase();
  const base = isOneCharacter(upper) ? upper : character;
  const lower = base.toLowerCase();
  return isOneCharacter(lower) ? lower : base;
}
