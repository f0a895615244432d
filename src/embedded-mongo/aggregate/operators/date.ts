import { Int32, type ObjectId, type Timestamp } from 'bson';
import { getField } from '../../bson/fields.ts';
import { isNullish } from '../../bson/truth.ts';
import { BsonType, bsonTypeOf, isDocument, typeName, type Value } from '../../bson/types.ts';
import { MongoError, notImplemented } from '../../errors.ts';
import { compileOptional, objectArgument } from '../arguments.ts';
import type { Compiler, Evaluate, OperatorCompiler } from '../scope.ts';

const dayMs = 86_400_000;

/** The date of a value: dates, object ids and timestamps have one. */
export function dateOf(value: Value): Date {
  switch (bsonTypeOf(value)) {
    case BsonType.date:
      return value as Date;
    case BsonType.objectId:
      return (value as ObjectId).getTimestamp();
    case BsonType.timestamp:
      return new Date((value as Timestamp).getHighBitsUnsigned() * 1000);
    default:
      throw new MongoError(16006, `can't convert from BSON type ${typeName(value)} to Date`);
  }
}

/** Only UTC and fixed offsets are accepted: the rules of named zones differ between releases of their data. */
function offsetMs(zone: Value | undefined): number | null {
  if (isNullish(zone)) return null;
  if (typeof zone !== 'string')
    throw new MongoError(40517, `timezone must evaluate to a string, found ${typeName(zone)}`);
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Etc/UTC' || zone === 'Z') return 0;
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) throw notImplemented(`the time zone "${zone}"`);
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1;

/** The number of the week that begins on a Sunday; the days before the first Sunday are in week 0. */
const sundayWeek = (date: Date): number => Math.floor((dayOfYear(date) - 1 - date.getUTCDay() + 7) / 7);

const isoWeekday = (date: Date): number => date.getUTCDay() || 7;

/** The Thursday of the date's week, whose year is the ISO year. */
const thursdayOf = (date: Date): Date => new Date(date.getTime() + (4 - isoWeekday(date)) * dayMs);

const isoWeek = (date: Date): number => Math.ceil(dayOfYear(thursdayOf(date)) / 7);

const parts: Readonly<Record<string, (date: Date) => number>> = {
  $year: (date) => date.getUTCFullYear(),
  $month: (date) => date.getUTCMonth() + 1,
  $dayOfMonth: (date) => date.getUTCDate(),
  $hour: (date) => date.getUTCHours(),
  $minute: (date) => date.getUTCMinutes(),
  $second: (date) => date.getUTCSeconds(),
  $millisecond: (date) => date.getUTCMilliseconds(),
  $dayOfWeek: (date) => date.getUTCDay() + 1,
  $dayOfYear: dayOfYear,
  $week: sundayWeek,
  $isoDayOfWeek: isoWeekday,
  $isoWeek: isoWeek,
  $isoWeekYear: (date) => thursdayOf(date).getUTCFullYear(),
};

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

function zoneText(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60), 2)}${padded(minutes % 60, 2)}`;
}

function formatPart(letter: string, date: Date, offset: number): string {
  switch (letter) {
    case 'Y':
      return padded(date.getUTCFullYear(), 4);
    case 'm':
      return padded(date.getUTCMonth() + 1, 2);
    case 'd':
      return padded(date.getUTCDate(), 2);
    case 'H':
      return padded(date.getUTCHours(), 2);
    case 'M':
      return padded(date.getUTCMinutes(), 2);
    case 'S':
      return padded(date.getUTCSeconds(), 2);
    case 'L':
      return padded(date.getUTCMilliseconds(), 3);
    case 'j':
      return padded(dayOfYear(date), 3);
    case 'w':
      return String(date.getUTCDay() + 1);
    case 'u':
      return String(isoWeekday(date));
    case 'U':
      return padded(sundayWeek(date), 2);
    case 'b':
      return (monthNames[date.getUTCMonth()] ?? '').slice(0, 3);
    case 'B':
      return monthNames[date.getUTCMonth()] ?? '';
    case 'V':
      return padded(isoWeek(date), 2);
    case 'G':
      return padded(thursdayOf(date).getUTCFullYear(), 4);
    case 'z':
      return zoneText(offset);
    case 'Z':
      return String(offset / 60_000);
    case '%':
      return '%';
    default:
      throw new MongoError(18536, `Invalid format character '%${letter}' in format string`);
  }
}

function formatDate(format: string, date: Date, offset: number): string {
  if (/(?:^|[^%])(?:%%)*%$/.test(format))
    throw new MongoError(18535, "Unmatched '%' at end of format string");
  return format.replace(/%(.)/gs, (_match, letter: string) => formatPart(letter, date, offset));
}

const defaultFormat = '%Y-%m-%dT%H:%M:%S.%LZ';

function inYears(date: Date): Date {
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999))
    throw new MongoError(
      18537,
      `Could not convert date to string: date component was outside the supported range of 0-9999: ${year}`,
    );
  return date;
}

const dateToString: OperatorCompiler = (argument, compiler) => {
  const fields = objectArgument(
    argument,
    '$dateToString',
    { required: { date: 18628 }, optional: ['format', 'timezone', 'onNull'] },
    { notObject: 18629, unknown: 18534 },
  );
  const compile = (item: Value): Evaluate => compiler.compile(item);
  const date = compile(fields.get('date') ?? null);
  const format = compileOptional(fields, 'format', compile);
  const zone = compileOptional(fields, 'timezone', compile);
  const onNull = compileOptional(fields, 'onNull', compile);
  return (scope) => {
    const value = date(scope);
    const text = format === undefined ? defaultFormat : format(scope);
    const offset = zone === undefined ? 0 : offsetMs(zone(scope));
    if (isNullish(value)) return onNull === undefined ? null : onNull(scope);
    if (isNullish(text) || offset === null) return null;
    if (typeof text !== 'string')
      throw new MongoError(
        18533,
        `$dateToString requires that 'format' be a string, found: ${typeName(text)}`,
      );
    if (format === undefined && offset !== 0)
      throw notImplemented("$dateToString with 'timezone' and without 'format'");
    return formatDate(text, inYears(new Date(dateOf(value).getTime() + offset)), offset);
  };
};

interface DateOperand {
  readonly date: Evaluate;
  readonly zone: Evaluate | undefined;
}

/** `{$year: <date>}` or `{$year: {date: <date>, timezone: <zone>}}`. */
function dateOperand(argument: Value, compiler: Compiler): DateOperand {
  const single = Array.isArray(argument) && argument.length === 1 ? (argument[0] ?? null) : argument;
  if (isDocument(single) && getField(single, 'date') !== undefined) {
    const zone = getField(single, 'timezone');
    return {
      date: compiler.compile(getField(single, 'date') ?? null),
      zone: zone === undefined ? undefined : compiler.compile(zone),
    };
  }
  return { date: compiler.compile(single), zone: undefined };
}

function datePart(part: (date: Date) => number): OperatorCompiler {
  return (argument, compiler) => {
    const { date, zone } = dateOperand(argument, compiler);
    return (scope) => {
      const value = date(scope);
      const offset = zone === undefined ? 0 : offsetMs(zone(scope));
      if (isNullish(value) || offset === null) return null;
      return new Int32(part(new Date(dateOf(value).getTime() + offset)));
    };
  };
}

/** Operators on dates. */
export const dateOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$dateToString', dateToString],
  ...Object.entries(parts).map(([name, part]) => [name, datePart(part)] as const),
];
