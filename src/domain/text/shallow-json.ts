/** MongoDB stores no document that is deeper, and no client nests as deeply. */
const mostLevels = 100;

const [quote, backslash, openList, openObject, closeList, closeObject] = [...'"\\[{]}'].map((each) =>
  each.charCodeAt(0),
);

/**
 * The value of a JSON text from outside. The engine takes some fifty times as long for levels as it takes to count them:
 * up to half a second for a megabyte of brackets, in which nobody else is served.
 * @throws {SyntaxError} if it is no JSON, or has more than 100 levels.
 */
export function parseShallowJson(text: string): unknown {
  if (isDeeperThan(mostLevels, text)) throw new SyntaxError(`JSON of more than ${mostLevels} levels`);
  return JSON.parse(text);
}

/** Brackets within strings do not count. What is no JSON may get any answer. */
function isDeeperThan(levels: number, text: string): boolean {
  let level = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openList || code === openObject) level += 1;
    else if (code === closeList || code === closeObject) level -= 1;
    if (level > levels) return true;
  }
  return false;
}

/** The place of the quote that ends the string which begins there, found without a look at each character. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
