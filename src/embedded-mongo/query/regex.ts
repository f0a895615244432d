import { BSONRegExp } from 'bson';
import { badValue, MongoError, notImplemented } from '../errors.ts';
import type { Predicate } from './filter-node.ts';
import { invalidRegex } from './regex-escape.ts';
import { translatePattern } from './regex-translate.ts';

type RegexPredicate = Extract<Predicate, { op: '$regex' }>;

/** The predicate that a regular expression stands for if it is given as a value. */
export function regexPredicate(regex: BSONRegExp): RegexPredicate {
  return { op: '$regex', pattern: regex.pattern, options: regex.options };
}

/** The regular expression that a predicate was made from; it also matches itself as a stored value. */
export function regexOf(predicate: RegexPredicate): BSONRegExp {
  return new BSONRegExp(predicate.pattern, [...predicate.options].sort().join(''));
}

/**
 * For the two characters below, JavaScript's case-insensitive `\w` and `\b` differ from PCRE's: JavaScript folds them
 * into the letters s and k. A text that contains one is refused rather than answered differently.
 */
const foldedIntoAscii = /[\u017F\u212A]/;

/** A compiled regular expression: whether a text contains a match. */
export type TextTest = (text: string) => boolean;

/**
 * Compiles a PCRE pattern with MongoDB's options (`i`, `m`, `s`, `x`, `u`) into a test that answers as PCRE does.
 * Throws 51091 for an invalid pattern, 51108 for an unknown option and NotImplemented (238) for a construct whose
 * meaning JavaScript's expressions cannot reproduce exactly.
 */
export function compileRegex(pattern: string, options: string): TextTest {
  if (pattern.includes('\0') || options.includes('\0')) {
    throw badValue('Regular expression cannot contain an embedded null byte');
  }
  for (const option of options) {
    if (!'imsxu'.includes(option)) throw new MongoError(51108, `invalid flag in regex options: ${option}`);
  }
  const { source, ignoreCase, usesWordCharacters } = translatePattern(pattern, options);
  let regex: RegExp;
  try {
    regex = new RegExp(source, ignoreCase ? 'iu' : 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidRegex(reason);
  }
  if (!ignoreCase || !usesWordCharacters) return (text) => regex.test(text);
  return (text) => {
    if (foldedIntoAscii.test(text)) throw notImplemented('a case-insensitive \\w on U+017F or U+212A');
    return regex.test(text);
  };
}

/** MongoDB's limit for the patterns of filters, in bytes. */
const maxPatternBytes = 32_764;

/**
 * Throws what compiling the predicate's expression throws, so that a bad one is refused even if there are no
 * documents.
 */
export function checkRegex(predicate: RegexPredicate): RegexPredicate {
  if (Buffer.byteLength(predicate.pattern) > maxPatternBytes) {
    throw invalidRegex('regular expression is too large');
  }
  compileRegex(predicate.pattern, predicate.options);
  return predicate;
}
