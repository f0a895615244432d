import { isLongerThan, maxLengths } from '../../domain/text/max-lengths.ts';
import type { AddedDetails } from '../../domain/visitor-details/add-details.ts';
import type { DetailField } from '../../domain/visitor-details/visitor-details.ts';
import { LiveChatError } from './errors.ts';

const mostFields = 100;

/**
 * The details in the body of a request.
 * @throws {LiveChatError} 400 with everything that is wrong.
 */
export function readDetails(body: Readonly<Record<string, unknown>>): AddedDetails {
  const errors: string[] = [];
  const required = (name: string): string => {
    const value = body[name];
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text !== '' && !isLongerThan(maxLengths.name, text)) return text;
    errors.push(`${name} is required`);
    return '';
  };
  const licence = required('license_id');
  const token = required('token');
  const name = required('id');
  const icon = readText(body.icon ?? '', maxLengths.pageAddress);
  if (icon === undefined) errors.push('icon must be the address of a picture');
  const fields = readFields(body.fields);
  if (typeof fields === 'string') errors.push(fields);
  if (errors.length > 0 || icon === undefined || typeof fields === 'string')
    throw new LiveChatError(400, { errors });
  return { licence, token, set: { name, icon, fields } };
}

const readText = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && !isLongerThan(max, value) ? value : undefined;

/** The fields, or what is wrong with them. */
function readFields(given: unknown): readonly DetailField[] | string {
  // A form with numbers that leave gaps is an object.
  const list: unknown = Array.isArray(given) ? given : isRecord(given) ? Object.values(given) : undefined;
  if (!Array.isArray(list) || list.length === 0) return 'fields must be a list with at least one field';
  if (list.length > mostFields) return `fields must have at most ${mostFields} fields`;
  const fields = list.map(readField);
  const wrong = fields.indexOf(undefined);
  if (wrong !== -1)
    return `fields[${wrong}] must have a name, a value that is no list, and a url that is a text`;
  return fields.filter((field) => field !== undefined);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function readField(given: unknown): DetailField | undefined {
  if (!isRecord(given)) return undefined;
  const name = readText(given.name, maxLengths.name);
  const { value = null } = given;
  const url = readText(given.url ?? '', maxLengths.pageAddress);
  if (!name || url === undefined) return undefined;
  const link = url === '' ? {} : { url };
  if (typeof value === 'string')
    return isLongerThan(maxLengths.fieldValue, value) ? undefined : { name, value, ...link };
  if (typeof value === 'number' || typeof value === 'boolean' || value === null)
    return { name, value, ...link };
  return undefined;
}
