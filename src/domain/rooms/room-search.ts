import type { PageOf, PageRequest } from '../paging.ts';
import type { Room } from './room.ts';

export interface Period {
  readonly start?: Date;
  readonly end?: Date;
}

/** What staff may filter rooms by. */
export interface RoomFilter {
  readonly agents?: readonly string[];
  /** Ids of departments. */
  readonly departments?: readonly string[];
  readonly open?: boolean;
  readonly served?: boolean;
  readonly createdAt?: Period;
  readonly closedAt?: Period;
  readonly tags?: readonly string[];
  readonly customFields?: Readonly<Record<string, string>>;
  /** A part of the name, ignoring case. */
  readonly roomName?: string;
  readonly onHold?: boolean;
  readonly queued?: boolean;
}

/** What staff may filter one visitor's rooms by. */
export interface ChatFilter {
  readonly closedOnly: boolean;
  readonly servedOnly: boolean;
  /** A part of the source's type or alias, ignoring case. */
  readonly source?: string;
}

export type FoundChat = Pick<
  Room,
  '_id' | 'fname' | 'ts' | 'v' | 'msgs' | 'servedBy' | 'closedAt' | 'closedBy' | 'closer' | 'tags'
>;

/** Finds rooms for staff. */
export interface RoomSearch {
  /** All of a visitor's rooms, open and closed. */
  listByVisitor(visitorId: string, page: PageRequest): Promise<PageOf<Room>>;
  /** The ids of the visitor's rooms that pass the filter. */
  listChatIds(visitorId: string, filter: ChatFilter): Promise<string[]>;
  /** The visitor's rooms that pass the filter and, if `among` is given, are among those. */
  listChats(
    visitorId: string,
    filter: ChatFilter,
    among: readonly string[] | undefined,
    page: PageRequest,
  ): Promise<PageOf<FoundChat>>;
  list(filter: RoomFilter, page: PageRequest): Promise<PageOf<Room>>;
}
