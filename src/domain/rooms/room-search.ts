import type { RoomSource } from '../contacts/source.ts';
import type { Batches, PageOf, PageRequest } from '../paging.ts';
import type { Rating } from './rating.ts';
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
  /** Leaves out rooms on hold, whether true or false. */
  readonly open?: boolean;
  readonly served?: boolean;
  readonly createdAt?: Period;
  readonly closedAt?: Period;
  readonly tags?: readonly string[];
  readonly customFields?: Readonly<Record<string, string>>;
  /** A part of the name, ignoring case. */
  readonly roomName?: string;
  /** The whole name. */
  readonly exactName?: string;
  /** Only rooms on hold. */
  readonly onHold?: boolean;
  readonly queued?: boolean;
  /** Ids of visitors. */
  readonly visitors?: readonly string[];
  /** Whether they waited for their agent, by `waitOf`. */
  readonly waited?: boolean;
  /** Only rooms in no department. */
  readonly inNoDepartment?: boolean;
  /** Whether they have any tags. */
  readonly isTagged?: boolean;
  /** What visitors said of the service, by their satisfaction from 1 to 5. */
  readonly rating?: 'any' | 'none' | Rating;
  /** Whether visitors wrote something about the service. */
  readonly hasFeedback?: boolean;
  /** Only these rooms, or all but these. */
  readonly among?: readonly string[];
  readonly except?: readonly string[];
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

/** Which of a visitor's rooms a user may read: all of them, or those that meet one of these conditions. */
export type ReadableRooms =
  | 'all'
  | {
      /** The id of the agent whose rooms they are. */
      readonly servedBy: string;
      /** Ids of rooms; only those that wait for an agent. */
      readonly waiting: readonly string[];
      /** Ids of departments, whose closed rooms they are; or all closed rooms. */
      readonly closed: 'all' | readonly string[];
    };

/** The rooms of a visitor that a user may read. */
export interface VisitorRooms {
  readonly visitorId: string;
  readonly readable: ReadableRooms;
}

/** The closed rooms of a contact that a user may read. */
export interface ContactRooms {
  readonly contactId: string;
  /** The contact's visitors. */
  readonly visitorIds: readonly string[];
  readonly readable: ReadableRooms;
  /** A part of the source's type or alias, ignoring case. */
  readonly source?: string | undefined;
}

/** A room as a contact's history shows it. */
export type ContactChat = FoundChat & Pick<Room, 'source' | 'lastMessage' | 'verified'>;

/** Whose open chats. */
export interface ServedFilter {
  readonly agentId?: string | undefined;
  readonly departmentId?: string | undefined;
}

/** How many chats an agent serves in a department, or in none. */
export interface ServedCount {
  readonly agentId: string;
  readonly departmentId: string | undefined;
  readonly chats: number;
}

/**
 * A page of rooms. `isComplete` is false if they were looked for in memory before all rooms had been read into it, as by a
 * part of a text, or because the database took long: then older ones may be missing, and `total` counts those known so
 * far.
 */
export interface FoundRooms extends PageOf<Room> {
  readonly isComplete: boolean;
}

/** Finds rooms for staff. */
export interface RoomSearch {
  /** The rooms, open and closed. */
  listByVisitor(rooms: VisitorRooms, page: PageRequest): Promise<PageOf<Room>>;
  /**
   * The ids of the rooms that pass the filter, in this order.
   * @throws {AppError} `error-invalid-sort` for an order that MongoDB cannot produce.
   */
  readChatIds(
    rooms: VisitorRooms,
    filter: ChatFilter,
    page: Pick<PageRequest, 'sort' | 'signal'>,
  ): Promise<Batches<string>>;
  /** The rooms that pass the filter. */
  listChats(rooms: VisitorRooms, filter: ChatFilter, page: PageRequest): Promise<PageOf<FoundChat>>;
  /** Those of the rooms with these ids that pass the filter, in the order of the ids. */
  readChats(
    rooms: VisitorRooms,
    filter: ChatFilter,
    ids: readonly string[],
    signal: AbortSignal,
  ): Batches<FoundChat>;
  listOfContact(rooms: ContactRooms, page: PageRequest): Promise<PageOf<ContactChat>>;
  list(filter: RoomFilter, page: PageRequest): Promise<FoundRooms>;
  /** The names of the newest rooms that pass the filter, by their ids; `limit` at most. */
  listNames(filter: RoomFilter, limit: number, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Those of the rooms that have changed since the time, if one is given. */
  listByIds(ids: readonly string[], since: Date | undefined, signal: AbortSignal): Promise<Batches<Room>>;
  /** What rooms have come from: each type once, and of apps each app. There are never many. */
  listSources(signal: AbortSignal): Promise<RoomSource[]>;
  /** How many open chats each agent serves, by department. */
  countServed(filter: ServedFilter, signal: AbortSignal): Promise<ServedCount[]>;
}
