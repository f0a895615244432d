import type { Period, RoomFilter } from '../../../domain/rooms/room-search.ts';
import { plainError } from '../errors.ts';
import { pagingParams } from './pagination.ts';
import { parseJson } from './parse-json.ts';
import { isPlainObject } from './plain-object.ts';
import { anyOf, arrayOf, boolean, nullable, object, optional, type Read, string } from './schema.ts';

const json = optional(nullable(string('queryJson')));
const flag = optional(anyOf(nullable(string('word')), nullable(boolean())));

/** The query of `livechat/rooms`. */
export const roomsQuery = object({
  ...pagingParams,
  query: json,
  fields: json,
  createdAt: json,
  customFields: json,
  closedAt: json,
  agents: optional(nullable(arrayOf(string('id')))),
  roomName: optional(nullable(string('searchTerm'))),
  departmentId: optional(anyOf(string('id'), arrayOf(string('id')))),
  open: flag,
  onhold: flag,
  queued: flag,
  tags: optional(nullable(arrayOf(string('id')))),
  units: optional(arrayOf(string('id'))),
});
export type RoomsQuery = Read<typeof roomsQuery>;

/**
 * The filter that a query describes; open rooms are those that an agent serves.
 * @throws {RocketChatError}
 */
export function readRoomFilter(query: RoomsQuery): RoomFilter {
  const { agents, tags } = query;
  const open = readFlag(query.open);
  const onHold = readFlag(query.onhold);
  const queued = readFlag(query.queued);
  const departments = [query.departmentId ?? []].flat().filter((id) => id !== '' && id !== 'undefined');
  const createdAt = readPeriod('createdAt', query.createdAt);
  const closedAt = readPeriod('closedAt', query.closedAt);
  const customFields = readCustomFields(query.customFields);
  return {
    ...(agents?.length ? { agents } : {}),
    ...(departments.length > 0 ? { departments } : {}),
    ...(open === undefined ? {} : { open, ...(open ? { served: true } : {}) }),
    ...(onHold ? { onHold } : {}),
    ...(queued ? { queued } : {}),
    ...(tags?.length ? { tags } : {}),
    ...readName(query.roomName),
    ...(createdAt ? { createdAt } : {}),
    ...(closedAt ? { closedAt } : {}),
    ...(customFields ? { customFields } : {}),
  };
}

/** A part of the name or, in quotation marks, all of it. */
function readName(given: string | null | undefined): Pick<RoomFilter, 'roomName' | 'exactName'> {
  if (!given) return {};
  const [, exactName] = /^"(.+)"$/s.exec(given) ?? [];
  return exactName === undefined ? { roomName: given } : { exactName };
}

/** As in Rocket.Chat, a text other than `true` and `false` is accepted and does not filter. */
const readFlag = (given: string | boolean | null | undefined): boolean | undefined =>
  ['true', 'false'].includes(String(given)) ? String(given) === 'true' : undefined;

function readPeriod(name: string, given: string | null | undefined): Period | undefined {
  if (!given) return undefined;
  const period = readObject(name, given);
  const start = readDate(`${name}.start`, period.start);
  const end = endOf(period.end, readDate(`${name}.end`, period.end));
  return start || end ? { ...(start ? { start } : {}), ...(end ? { end } : {}) } : undefined;
}

const dayMs = 24 * 60 * 60 * 1000;

/** A date alone means that whole day, in UTC. */
const endOf = (given: unknown, date: Date | undefined): Date | undefined =>
  date && /^\d{4}-\d\d-\d\d$/.test(String(given)) ? new Date(date.getTime() + dayMs - 1) : date;

function readDate(name: string, given: unknown): Date | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const date = typeof given === 'string' ? new Date(given) : new Date(Number.NaN);
  if (Number.isNaN(date.getTime())) throw plainError(`The "${name}" query parameter must be a valid date.`);
  return date;
}

function readCustomFields(given: string | null | undefined): Record<string, string> | undefined {
  if (!given) return undefined;
  const fields = Object.entries(readObject('customFields', given));
  const valid = fields.every(([key, value]) => /^[\w-]+$/.test(key) && typeof value === 'string');
  if (!valid) throw plainError('The "customFields" query parameter must be a valid JSON.');
  return fields.length === 0 ? undefined : (Object.fromEntries(fields) as Record<string, string>);
}

function readObject(name: string, given: string): Record<string, unknown> {
  const refusal = () => plainError(`The "${name}" query parameter must be a valid JSON.`);
  const read = parseJson(given, refusal);
  if (!isPlainObject(read)) throw refusal();
  return read;
}
