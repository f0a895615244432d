import { notImplemented } from '../errors.ts';
import { readClass } from './regex-class.ts';
import { invalidRegex, literal, type PatternReader, readEscape } from './regex-escape.ts';

/** What a PCRE pattern becomes. */
export interface Translation {
  /** For `new RegExp(source, 'u')` or `'iu'`. */
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly usesWordCharacters: boolean;
}

interface Flags {
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
  extended: boolean;
}

interface State extends PatternReader {
  readonly flags: Flags;
  readonly groups: Group[];
  /** The group that the last part closed, if it closed one. */
  closed: Group | undefined;
}

/** A group that is open. */
interface Group {
  readonly isLookbehind: boolean;
  /** Whether something inside repeats without a bound. */
  repeats: boolean;
}

const quantifier = /^(?:[*+?]|\{\d{1,5}(?:,\d{0,5})?\})/;
const inlineFlags = /^\(\?([imsx]+)\)/;
const opening = /^\((?:\?(?::|=|!|<=|<!|P?<([A-Za-z_]\w*)>))?/;

function readGroup(state: State, rest: string): string {
  if (rest.startsWith('(?#')) {
    const end = rest.indexOf(')');
    if (end < 0) throw invalidRegex('missing ) after (?# comment');
    state.at += end + 1;
    return '';
  }
  const match = opening.exec(rest);
  if (match === null || /^\([*?]/.test(rest.slice(match[0].length - 1, match[0].length + 1))) {
    throw notImplemented(`the regular expression construct ${rest.slice(0, 4)}`);
  }
  state.at += match[0].length;
  state.groups.push({ isLookbehind: /^\(\?<[=!]/.test(match[0]), repeats: false });
  return match[0] === '(' || match[1] !== undefined ? '(?:' : match[0];
}

const inLookbehind = (state: State): boolean => state.groups.some((group) => group.isLookbehind);

/**
 * Records an unbounded repetition in the groups around it. One inside a repeated group is refused: for texts that do
 * not match, JavaScript may try exponentially many ways, and it lacks PCRE's limit on that.
 */
function noteRepetition(state: State, repeated: Group | undefined, text: string): void {
  if (!/[*+]|,\}$/.test(text)) return;
  if (repeated?.repeats) throw notImplemented('a repetition of a repetition in a regular expression');
  for (const group of state.groups) group.repeats = true;
}

function readQuantifier(state: State, text: string, repeated: Group | undefined): string {
  // PCRE does not accept lookbehinds of varying length although JavaScript does: they are refused here.
  if (inLookbehind(state)) throw notImplemented('a quantifier in a lookbehind');
  noteRepetition(state, repeated, text);
  state.at += text.length;
  const next = state.pattern[state.at];
  if (next === '+') throw notImplemented('a possessive quantifier');
  if (next !== '?') return text;
  state.at += 1;
  return `${text}?`;
}

const endOfText = '(?![\\s\\S])';

function readCharacter(state: State, character: string): string {
  const { flags } = state;
  switch (character) {
    case '.':
      return flags.dotAll ? '[\\s\\S]' : '[^\\n]';
    case '^':
      return flags.multiline ? '(?:^|(?<=\\n)(?=[\\s\\S]))' : '^';
    case '$':
      return flags.multiline ? '(?![^\\n])' : `(?=\\n?${endOfText})`;
    case '|':
      if (inLookbehind(state)) throw notImplemented('alternatives in a lookbehind');
      return character;
    default:
      return literal(character);
  }
}

function skipped(state: State, character: string): boolean {
  if (!state.flags.extended) return false;
  if (/[\t-\r ]/.test(character)) {
    state.at += 1;
    return true;
  }
  if (character !== '#') return false;
  const end = state.pattern.indexOf('\n', state.at);
  state.at = end < 0 ? state.pattern.length : end + 1;
  return true;
}

function readPart(state: State): string {
  const rest = state.pattern.slice(state.at);
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (skipped(state, character)) return '';
  const { closed } = state;
  state.closed = undefined;
  if (character === '(') return readGroup(state, rest);
  if (character === ')') {
    state.closed = state.groups.pop();
    if (state.closed === undefined) throw invalidRegex('unmatched closing parenthesis');
    state.at += 1;
    return ')';
  }
  if (character === '[') return readClass(state);
  if (character === '\\') return readEscape(state);
  const repeat = quantifier.exec(rest);
  if (repeat !== null) return readQuantifier(state, repeat[0], closed);
  state.at += character.length;
  return readCharacter(state, character);
}

function readFlags(state: State): void {
  for (;;) {
    const match = inlineFlags.exec(state.pattern.slice(state.at));
    if (match === null) return;
    state.at += match[0].length;
    for (const flag of match[1] ?? '') setFlag(state.flags, flag);
  }
}

function setFlag(flags: Flags, flag: string): void {
  if (flag === 'i') flags.ignoreCase = true;
  if (flag === 'm') flags.multiline = true;
  if (flag === 's') flags.dotAll = true;
  if (flag === 'x') flags.extended = true;
}

/**
 * Rewrites a PCRE pattern (UTF mode, newline LF, as MongoDB uses it) for JavaScript's `u` mode so that it finds a
 * match in exactly the same texts. Back-references, possessive and atomic groups, properties, recursion, verbs and
 * flags set in the middle are refused: they mean something else in JavaScript, or nothing.
 */
export function translatePattern(pattern: string, options: string): Translation {
  const flags = { ignoreCase: false, multiline: false, dotAll: false, extended: false };
  for (const option of options) setFlag(flags, option);
  const state: State = { pattern, at: 0, flags, groups: [], closed: undefined, usesWordCharacters: false };
  readFlags(state);
  let source = '';
  while (state.at < pattern.length) source += readPart(state);
  if (state.groups.length > 0) throw invalidRegex('missing closing parenthesis');
  return { source, ignoreCase: flags.ignoreCase, usesWordCharacters: state.usesWordCharacters };
}
