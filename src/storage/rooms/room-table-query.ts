import { type PageRequest, pageLimit, type SortOrder } from '../../domain/paging.ts';
import type { RoomFilter } from '../../domain/rooms/room-search.ts';
import { type RoomSortField, type RoomTableQuery, roomStates } from './room-table.ts';

const { open, hasOpen, onHold, served } = roomStates;

const sortFields: readonly RoomSortField[] = ['ts', 'closedAt', 'lm', 'fname'];

/** What the table of rooms is asked for a page; null if it does not have what the filter or the order need. */
export function roomTableQuery(filter: RoomFilter, page: PageRequest): RoomTableQuery | null {
  const { agents, departments, tags, createdAt, closedAt, roomName, exactName, customFields, ...states } =
    filter;
  const { open: _, served: __, queued: ___, onHold: ____, ...others } = states;
  const sort = orderOf(page.sort);
  const texts = [roomName, ...Object.values(customFields ?? {})];
  if (!sort || texts.includes('') || Object.values(others).some((each) => each !== undefined)) return null;
  return {
    namePart: exactName === undefined ? roomName : undefined,
    name: exactName,
    customFields: customFields ?? {},
    agents: agents?.length ? agents : undefined,
    departments,
    tags: tags?.length ? tags : undefined,
    openedIn: createdAt,
    closedIn: closedAt,
    states: statesOf(filter),
    sort,
    offset: page.offset,
    limit: pageLimit(page.count),
  };
}

function orderOf(sort: SortOrder): RoomTableQuery['sort'] | null {
  const [[name, direction] = [], ...others] = Object.entries(sort);
  const field = sortFields.find((each) => each === name);
  return field !== undefined && direction !== undefined && others.length === 0 ? { field, direction } : null;
}

/** As `roomFilter` asks the database. */
function statesOf(filter: RoomFilter): RoomTableQuery['states'] {
  const { queued } = filter;
  const isServed = queued ? false : filter.served;
  const isOnHold = filter.onHold && !queued ? true : filter.open !== undefined || queued ? false : undefined;
  const asked = [
    [open, filter.open === true || queued ? true : undefined],
    [hasOpen, filter.open === false ? false : undefined],
    [onHold, isOnHold],
    [served, isServed],
  ] as const;
  const bits = (wanted: boolean) => asked.reduce((sum, [bit, is]) => (is === wanted ? sum | bit : sum), 0);
  return { all: bits(true), none: bits(false) };
}

/** Whether the filter asks for a part of a text, which no index finds. */
export const hasTextPart = ({ roomName, exactName, customFields = {} }: RoomFilter): boolean =>
  (roomName !== undefined && exactName === undefined) || Object.keys(customFields).length > 0;

/** So far into the rooms of agents, merging those found by id with those found by username takes no time. */
const nearOffset = 1_000;

/**
 * Whether an index has the rooms that pass, or nearly all that it has pass, in this order, and counts them quickly. Of a
 * period there may be as many as there are rooms; and whether an open room is served stands in no index with that.
 */
export function isServedByIndex(filter: RoomFilter, { sort, offset }: PageRequest): boolean {
  const { agents, departments, tags, createdAt, closedAt, exactName, queued, open: isOpen } = filter;
  if (hasTextPart(filter) || createdAt || closedAt || isOpen || queued) return false;
  if (agents && offset > nearOffset) return false;
  const isInState = isOpen === false || filter.onHold;
  const narrowed = [agents, departments, tags, exactName, isInState].filter(Boolean).length;
  return narrowed === 0 || (narrowed === 1 && 'ts' in sort);
}
