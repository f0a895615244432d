import type { Filter } from 'mongodb';
import { foldCase } from '../../domain/text/case-folding.ts';
import { contactKeys, firstOf, type KeyDocument, keyLength } from './key-document.ts';

/** The range of strings that begin with a text. */
export function beginsWith(text: string): { $gte: string; $lt?: string } {
  const end = successor(text);
  return end === undefined ? { $gte: text } : { $gte: text, $lt: end };
}

/** The smallest string after all those that begin with the text; MongoDB orders strings by code point. */
function successor(text: string): string | undefined {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // Surrogates are not code points of their own.
  points.push(last === 0xd7ff ? 0xe000 : last + 1);
  return String.fromCodePoint(...points);
}

/** Matches the keys of visitors who have a text that contains the term, or the part of it that fits into a key. */
export const textFilter = (window: string): Filter<KeyDocument> => ({
  suffixes: { $elemMatch: beginsWith(window) },
});

/** Matches the keys of the visitors that a term finds and, if it is longer than a key, perhaps of others. */
export const termFilter = (term: string, window: string, country: string): Filter<KeyDocument> => ({
  $or: [textFilter(window), { exact: { $in: contactKeys(term, country) } }],
});

/** Adds the visitors whose texts are too long for keys. */
export const orLongTexts = (filter: Filter<KeyDocument>): Filter<KeyDocument> => ({
  $or: [...(filter.$or ?? [filter]), { isLong: true }],
});

/**
 * The parts of a term that a key can hold: the case-folded term itself or, if it is longer, several windows onto it.
 */
export function windowsOf(term: string): string[] {
  const folded = foldCase(term);
  const characters = [...folded];
  if (characters.length <= keyLength) return [folded];
  const last = characters.length - keyLength;
  const steps = Math.min(maxWindows - 1, Math.ceil(last / keyLength));
  const starts = Array.from({ length: steps + 1 }, (_, step) => Math.round((last * step) / steps));
  return starts.map((start) => firstOf(characters.slice(start).join(''), keyLength));
}

const maxWindows = 6;
