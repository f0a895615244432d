import { MongoError, notImplemented } from '../errors.ts';

/** MongoDB's code for a regular expression that its library refuses. */
export const invalidRegexCode = 51091;

export const invalidRegex = (reason: string): MongoError =>
  new MongoError(invalidRegexCode, `Regular expression is invalid: ${reason}`);

/** A position in a pattern that is being read. */
export interface PatternReader {
  readonly pattern: string;
  at: number;
  usesWordCharacters: boolean;
}

/** A character as JavaScript's `u` mode reads it literally, inside and outside a class. */
export function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) && character !== '-' ? `\\${character}` : character;
}

/** The class escapes that PCRE limits to ASCII, as the inside of a class. */
const asciiClasses: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: '\\t-\\r ',
};

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, f: 12, r: 13, e: 27, a: 7 };

/** The inside of a class that `\d`, `\w` or `\s` stands for; undefined for other letters. */
export function classInside(letter: string): string | undefined {
  return asciiClasses[letter];
}

const codePoint = (code: number): string => {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
    throw invalidRegex('character code point value is too large');
  return `\\u{${code.toString(16)}}`;
};

/**
 * Reads an escape that stands for one character, at the letter after the backslash; undefined if it is something
 * else.
 */
export function readCharacterEscape(reader: PatternReader): string | undefined {
  const rest = reader.pattern.slice(reader.at);
  const braced = /^x\{([0-9A-Fa-f]{1,6})\}/.exec(rest) ?? /^x([0-9A-Fa-f]{1,2})/.exec(rest);
  if (braced !== null) {
    reader.at += braced[0].length;
    return codePoint(Number.parseInt(braced[1] ?? '0', 16));
  }
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  const control = Object.hasOwn(controls, character) ? controls[character] : undefined;
  if (control === undefined && /[A-Za-z0-9]/.test(character)) return undefined;
  reader.at += character.length;
  return control === undefined ? literal(character) : codePoint(control);
}

function readQuoted(reader: PatternReader): string {
  const end = reader.pattern.indexOf('\\E', reader.at);
  const text = reader.pattern.slice(reader.at, end < 0 ? undefined : end);
  reader.at += text.length + (end < 0 ? 0 : 2);
  return [...text].map(literal).join('');
}

function readLetter(reader: PatternReader, letter: string): string {
  const inside = classInside(letter) ?? classInside(letter.toLowerCase());
  if (letter.toLowerCase() === 'w' || letter.toLowerCase() === 'b') reader.usesWordCharacters = true;
  if (inside !== undefined) return letter === letter.toLowerCase() ? `[${inside}]` : `[^${inside}]`;
  switch (letter) {
    case 'b':
    case 'B':
      return `\\${letter}`;
    case 'A':
      return '^';
    case 'z':
      return '(?![\\s\\S])';
    case 'Z':
      return '(?=\\n?(?![\\s\\S]))';
    case 'N':
      return '[^\\n]';
    case 'Q':
      return readQuoted(reader);
    case 'E':
      return '';
    default:
      if (/[GhHvVRXKpPkg0-9xcoC]/.test(letter))
        throw notImplemented(`the regular expression escape \\${letter}`);
      throw invalidRegex('unrecognized character follows \\');
  }
}

/** Reads an escape outside a class, at its backslash. */
export function readEscape(reader: PatternReader): string {
  reader.at += 1;
  if (reader.at >= reader.pattern.length) throw invalidRegex('\\ at end of pattern');
  const single = readCharacterEscape(reader);
  if (single !== undefined) return single;
  const letter = reader.pattern[reader.at] ?? '';
  reader.at += 1;
  return readLetter(reader, letter);
}
