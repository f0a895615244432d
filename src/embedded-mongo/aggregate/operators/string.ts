import type { BSONRegExp } from 'bson';
import { Int32 } from 'bson';
import { compareStrings } from '../../bson/compare.ts';
import { truncate } from '../../bson/numeric.ts';
import { bytesOfText, readText } from '../../bson/text.ts';
import { isNullish } from '../../bson/truth.ts';
import { isNumeric, isRegex, typeName, type Value } from '../../bson/types.ts';
import { MongoError } from '../../errors.ts';
import { compileRegex, type TextTest } from '../../query/regex.ts';
import { invalidRegexCode } from '../../query/regex-escape.ts';
import { binary, compileOptional, int32Operand, objectArgument, operator, unary } from '../arguments.ts';
import type { OperatorCompiler } from '../scope.ts';
import { coerceToText } from './text.ts';

function concat(values: readonly (Value | undefined)[]): Value {
  let text = '';
  for (const value of values) {
    if (isNullish(value)) return null;
    if (typeof value !== 'string')
      throw new MongoError(16702, `$concat only supports strings, not ${typeName(value)}`);
    text += value;
  }
  return text;
}

/** MongoDB changes the case of ASCII letters only. */
const toLowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const toUpperAscii = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

function textOperand(value: Value | undefined, code: number, what: string): string {
  if (typeof value === 'string') return value;
  throw new MongoError(code, `${what} requires a string argument, found: ${typeName(value)}`);
}

/** A whole 32-bit number; the first code is for what is no number, the second for what is none of these. */
function wholeOperand(value: Value | undefined, codes: readonly [number, number], message: string): number {
  return int32Operand(value, isNumeric(value) ? codes[1] : codes[0], message);
}

/** A number without its fraction, or the operator's error. */
function truncatedOperand(value: Value | undefined, code: number, message: string): number {
  const integer = isNumeric(value) ? truncate(value) : undefined;
  if (integer === undefined) throw new MongoError(code, message);
  return Number(integer);
}

function substrCP([value, start, length]: readonly (Value | undefined)[]): Value {
  const text = coerceToText(value);
  const from = wholeOperand(start, [34450, 34451], '$substrCP: starting index must be a 32-bit integer');
  const count = wholeOperand(length, [34452, 34453], '$substrCP: length must be a 32-bit integer');
  if (from < 0) throw new MongoError(34455, '$substrCP: the starting index must be nonnegative integer.');
  if (count < 0) throw new MongoError(34454, '$substrCP: length must be a nonnegative integer.');
  return [...text].slice(from, from + count).join('');
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function substrBytes([value, start, length]: readonly (Value | undefined)[]): Value {
  const bytes = bytesOfText(coerceToText(value));
  const from = truncatedOperand(start, 16034, '$substrBytes: starting index must be a number');
  const count = truncatedOperand(length, 16035, '$substrBytes: length must be a number');
  if (from < 0) throw new MongoError(50752, '$substrBytes: starting index must be non-negative');
  if (isContinuation(bytes[from])) {
    throw new MongoError(28656, '$substrBytes: Invalid range, starting index is a UTF-8 continuation byte.');
  }
  const end = count < 0 ? bytes.length : from + count;
  if (isContinuation(bytes[end])) {
    throw new MongoError(
      28657,
      '$substrBytes: Invalid range, ending index is in the middle of a UTF-8 character.',
    );
  }
  return readText(bytes, Math.min(from, bytes.length), Math.min(end, bytes.length));
}

function split(text: Value | undefined, separator: Value | undefined): Value {
  if (isNullish(text) || isNullish(separator)) return null;
  const by = textOperand(separator, 40086, '$split');
  if (by === '') throw new MongoError(40087, '$split requires a non-empty separator');
  return textOperand(text, 40085, '$split').split(by);
}

function strcasecmp(a: Value | undefined, b: Value | undefined): Value {
  return new Int32(compareStrings(toUpperAscii(coerceToText(a)), toUpperAscii(coerceToText(b))));
}

function trimming(fromStart: boolean, fromEnd: boolean): OperatorCompiler {
  return (argument, compiler, name) => {
    const fields = objectArgument(
      argument,
      name,
      { required: { input: 50695 }, optional: ['chars'] },
      { notObject: 50696, unknown: 50694 },
    );
    const input = compiler.compile(fields.get('input') ?? null);
    const chars = compileOptional(fields, 'chars', (item) => compiler.compile(item));
    return (scope) => {
      const value = input(scope);
      const set =
        chars === undefined
          ? '\0 \t\n\v\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A'
          : chars(scope);
      if (isNullish(value) || isNullish(set)) return null;
      const points = [...textOperand(value, 50699, name)];
      const trimmed = new Set(textOperand(set, 50700, name));
      let [start, end] = [0, points.length];
      while (fromStart && start < end && trimmed.has(points[start] ?? '')) start += 1;
      while (fromEnd && end > start && trimmed.has(points[end - 1] ?? '')) end -= 1;
      return points.slice(start, end).join('');
    };
  };
}

function replacing(all: boolean): OperatorCompiler {
  return (argument, compiler, name) => {
    const fields = objectArgument(
      argument,
      name,
      { required: { input: 51749, find: 51748, replacement: 51747 }, optional: [] },
      { notObject: 51751, unknown: 51750 },
    );
    const operands = ['input', 'find', 'replacement'].map((field) =>
      compiler.compile(fields.get(field) ?? null),
    );
    return (scope) => {
      const values = operands.map((operand) => operand(scope));
      const codes = [51746, 51745, 51744];
      const texts = values.map((value, i) =>
        isNullish(value) ? null : textOperand(value, codes[i] ?? 0, name),
      );
      const [input, find, replacement] = texts;
      if (isNullish(input) || isNullish(find) || isNullish(replacement)) return null;
      return all ? input.replaceAll(find, () => replacement) : input.replace(find, () => replacement);
    };
  };
}

/** Compiles a regular expression; expressions have a code of their own for an invalid one. */
function compilePattern(pattern: string, options: string): TextTest {
  try {
    return compileRegex(pattern, options);
  } catch (error) {
    if (!(error instanceof MongoError) || error.code !== invalidRegexCode) throw error;
    throw new MongoError(51111, `Invalid Regex in $regexMatch: ${error.message}`);
  }
}

function testOf(regex: Value | undefined, options: Value | undefined): TextTest {
  const flags = isNullish(options) ? undefined : textOperand(options, 51106, '$regexMatch');
  if (isRegex(regex)) {
    const own: BSONRegExp = regex;
    if (flags !== undefined && own.options !== '')
      throw new MongoError(
        51107,
        "$regexMatch: found regex option(s) specified in both 'regex' and 'option' fields",
      );
    return compilePattern(own.pattern, flags ?? own.options);
  }
  return compilePattern(textOperand(regex, 51105, '$regexMatch'), flags ?? '');
}

const regexMatch: OperatorCompiler = (argument, compiler, name) => {
  const fields = objectArgument(
    argument,
    name,
    { required: { input: 31022, regex: 31023 }, optional: ['options'] },
    { notObject: 51103, unknown: 31024 },
  );
  const input = compiler.compile(fields.get('input') ?? null);
  const regex = compiler.compile(fields.get('regex') ?? null);
  const options = compileOptional(fields, 'options', (item) => compiler.compile(item));
  return (scope) => {
    const pattern = regex(scope);
    const value = input(scope);
    const flags = options?.(scope);
    if (isNullish(value) || isNullish(pattern)) return false;
    return testOf(pattern, flags)(textOperand(value, 51104, '$regexMatch'));
  };
};

/** Operators on strings. */
export const stringOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$concat', operator(0, Number.POSITIVE_INFINITY, concat)],
  ['$toLower', unary((value) => toLowerAscii(coerceToText(value)))],
  ['$toUpper', unary((value) => toUpperAscii(coerceToText(value)))],
  ['$strLenCP', unary((value) => new Int32([...textOperand(value, 34471, '$strLenCP')].length))],
  [
    '$strLenBytes',
    unary((value) => new Int32(bytesOfText(textOperand(value, 34473, '$strLenBytes')).length)),
  ],
  ['$substrCP', operator(3, 3, substrCP)],
  ['$substrBytes', operator(3, 3, substrBytes)],
  ['$substr', operator(3, 3, substrBytes)],
  ['$split', binary(split)],
  ['$strcasecmp', binary(strcasecmp)],
  ['$trim', trimming(true, true)],
  ['$ltrim', trimming(true, false)],
  ['$rtrim', trimming(false, true)],
  ['$replaceOne', replacing(false)],
  ['$replaceAll', replacing(true)],
  ['$regexMatch', regexMatch],
];
