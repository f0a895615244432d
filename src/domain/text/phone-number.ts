import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

/** No number is longer, however it is spelled. */
const longest = 40;
/** Fewer digits are not a number that anybody could be called by. */
const fewestDigits = 3;
const spelling = /^[\d\s()./+-]+$/;

/**
 * A phone number in the one form in which all its spellings are equal: E.164 (`+4930123456`), or just its digits if
 * it begins without a country's code and no country is given. Where none is given, `00` begins a country's code.
 * @param country where numbers without a code belong, as in ISO 3166 (`DE`); `""` or anything else is none.
 * @returns undefined if the text is not a phone number.
 */
export function comparableNumber(text: string, country: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > longest) return undefined;
  const number = isSupportedCountry(country)
    ? parsePhoneNumberFromString(withPlus(trimmed), { defaultCountry: country, extract: false })
    : parsePhoneNumberFromString(withPlus(trimmed).replace(/^00/, '+'), { extract: false });
  if (number?.isPossible()) return number.number;
  const digits = trimmed.replaceAll(/\D/g, '');
  return spelling.test(trimmed) && digits.length >= fewestDigits ? digits : undefined;
}

/** The library does not read a country's code in brackets, `(+49) 30`. */
const withPlus = (text: string): string => text.replace(/^\((\+\d+)\)/, '$1 ');

/**
 * The numbers, as {@link comparableNumber} gives them, that somebody may mean who searches for a text. In a query
 * string `+` stands for a blank, so a number after a blank may begin with a country's code.
 */
export function numbersMeant(text: string, country: string): string[] {
  const meant = [comparableNumber(text, country)];
  if (/^\s\d/.test(text)) meant.push(comparableNumber(`+${text.trim()}`, country));
  return [...new Set(meant)].filter((number) => number !== undefined);
}
