import { notImplemented } from '../errors.ts';
import { classInside, invalidRegex, type PatternReader, readCharacterEscape } from './regex-escape.ts';

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t-\\r ',
  blank: '\\t ',
  xdigit: '0-9A-Fa-f',
  word: 'A-Za-z0-9_',
};

interface Item {
  readonly text: string;
  /** Whether it is a single character, which may begin or end a range. */
  readonly single: boolean;
}

const escapeInClass = (character: string): string =>
  /[\^\-\]\\[]/.test(character) ? `\\${character}` : character;

function readEscaped(reader: PatternReader): Item {
  reader.at += 1;
  if (reader.pattern[reader.at] === 'b') {
    reader.at += 1;
    return { text: '\\u{8}', single: true };
  }
  const before = reader.at;
  const single = readCharacterEscape(reader);
  if (single !== undefined) {
    const isPunctuation = !single.startsWith('\\u{');
    return {
      text: isPunctuation ? escapeInClass(reader.pattern.slice(before, reader.at)) : single,
      single: true,
    };
  }
  const letter = reader.pattern[reader.at] ?? '';
  const inside = classInside(letter);
  if (inside === undefined) throw notImplemented(`the escape \\${letter} in a character class`);
  reader.at += 1;
  if (letter === 'w') reader.usesWordCharacters = true;
  return { text: inside, single: false };
}

function readItem(reader: PatternReader): Item {
  const rest = reader.pattern.slice(reader.at);
  const posix = /^\[:(\^?)([a-z]+):\]/.exec(rest);
  if (posix !== null) {
    const inside = Object.hasOwn(posixClasses, posix[2] ?? '') ? posixClasses[posix[2] ?? ''] : undefined;
    if (inside === undefined || posix[1] === '^') throw notImplemented(`the character class ${posix[0]}`);
    reader.at += posix[0].length;
    reader.usesWordCharacters = true;
    return { text: inside, single: false };
  }
  if (/^\[[.=]/.test(rest)) throw notImplemented('a collating element');
  if (rest.startsWith('\\')) return readEscaped(reader);
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  reader.at += character.length;
  return { text: escapeInClass(character), single: true };
}

function readRange(reader: PatternReader, from: Item): string {
  const next = reader.pattern[reader.at + 1];
  if (reader.pattern[reader.at] !== '-' || next === undefined || next === ']') return from.text;
  if (!from.single) throw notImplemented('a hyphen after a class in a character class');
  reader.at += 1;
  const to = readItem(reader);
  if (!to.single) throw notImplemented('a range that ends with a class');
  return `${from.text}-${to.text}`;
}

/** Reads a character class, at its opening bracket. */
export function readClass(reader: PatternReader): string {
  reader.at += 1;
  let source = '[';
  if (reader.pattern[reader.at] === '^') {
    source += '^';
    reader.at += 1;
  }
  let first = true;
  while (reader.at < reader.pattern.length) {
    if (reader.pattern[reader.at] === ']' && !first) {
      reader.at += 1;
      return `${source}]`;
    }
    first = false;
    source += readRange(reader, readItem(reader));
  }
  throw invalidRegex('missing terminating ] for character class');
}
