/** MongoDB stores no document that is deeper, and no client nests as deeply. */
const mostLevels = 100;
/** Ten times what the longest lists that clients send consist of: those of all agents, or of all permissions. */
const mostValues = 20_000;

const [quote, backslash, comma, openList, openObject, closeList, closeObject] = [...'"\\,[{]}'].map((each) =>
  each.charCodeAt(0),
);

/**
 * The value of a JSON text from outside. To count levels and values takes the engine a fiftieth of the time that it
 * takes to make them: a megabyte of brackets or of small objects would hold up everybody for a quarter of a second or
 * more, and take a hundred times its length in memory.
 * @throws {SyntaxError} if it is no JSON, or has more than 100 levels or 20,000 values.
 */
export function parseBoundedJson(text: string): unknown {
  checkBounds(text);
  return JSON.parse(text);
}

/** Brackets and commas within strings do not count. What is no JSON may get any answer. */
function checkBounds(text: string): void {
  let [level, values] = [0, 1];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === comma) values += 1;
    else if (code === openList || code === openObject) {
      level += 1;
      values += 1;
    } else if (code === closeList || code === closeObject) level -= 1;
    if (level > mostLevels) throw new SyntaxError(`JSON of more than ${mostLevels} levels`);
    if (values > mostValues) throw new SyntaxError(`JSON of more than ${mostValues} values`);
  }
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
