import type { PageRequest, SortOrder } from '../../../domain/paging.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { meteorError } from '../errors.ts';
import { parseJson } from './parse-json.ts';
import { nullable, number, optional, string } from './schema.ts';

/** The paging parameters that Rocket.Chat's lists share, to be spread into a query schema. */
export const pagingParams = {
  count: optional(nullable(number())),
  offset: optional(nullable(number())),
  sort: optional(nullable(string('queryJson'))),
};

export interface PagingInput {
  readonly count?: number | null | undefined;
  readonly offset?: number | null | undefined;
  readonly sort?: string | null | undefined;
}

/**
 * The requested page, by Rocket.Chat's rules: the default and maximum counts are settings, 0 means all if that is
 * allowed, and a sort replaces the whole default order.
 * @throws {RocketChatError} `error-invalid-sort` for a sort that is not a JSON object of 1 and -1;
 *   `error-invalid-offset` and `error-invalid-count` for an offset or a count that MongoDB would refuse.
 */
export function readPage(
  input: PagingInput,
  defaultSort: SortOrder,
  settings: Settings,
  { signal }: Pick<Caller, 'signal'>,
): PageRequest {
  const offset = Math.trunc(input.offset ?? 0);
  const count = readCount(input.count, settings);
  if (!(offset >= 0 && offset <= Number.MAX_SAFE_INTEGER))
    throw meteorError('error-invalid-offset', `The offset must be from 0 to ${Number.MAX_SAFE_INTEGER}`);
  if (!(count >= 0)) throw meteorError('error-invalid-count', 'The count must be 0 or more');
  return { count, offset, sort: readSort(input.sort) ?? defaultSort, signal };
}

function readCount(given: number | null | undefined, settings: Settings): number {
  const fallback = settings.get('API_Default_Count');
  const upper = settings.get('API_Upper_Count_Limit');
  if (given === undefined || given === null) return fallback;
  const count = Math.trunc(given);
  if (count > upper) return upper;
  return count === 0 && !settings.get('API_Allow_Infinite_Count') ? fallback : count;
}

function readSort(raw: string | null | undefined): SortOrder | undefined {
  if (raw === undefined || raw === null || raw === '') return undefined;
  const sort = parseJson(raw, () => invalidSort(raw));
  const valid =
    typeof sort === 'object' &&
    sort !== null &&
    !Array.isArray(sort) &&
    Object.values(sort).every((way) => way === 1 || way === -1);
  if (
    !valid ||
    Object.keys(sort).some((field) => !/^[\w-]+(\.[\w-]+)*$/.test(field)) ||
    Object.keys(sort).length > 32
  )
    throw invalidSort(raw);
  return Object.keys(sort).length === 0 ? undefined : (sort as SortOrder);
}

const invalidSort = (raw: string) =>
  meteorError('error-invalid-sort', `Invalid sort parameter provided: "${raw}"`, {
    helperMethod: 'parseJsonQuery',
  });
