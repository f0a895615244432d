import type { RoomSource } from '../contacts/source.ts';
import { derivedId } from '../ids.ts';
import type { PageOf, PageRequest } from '../paging.ts';
import type { SelectedAgent } from '../routing/routing.ts';
import type { LastMessage } from './last-message.ts';
import type { RoomVisitor } from './room.ts';

export const inquiryStatuses = ['verifying', 'queued', 'ready', 'taken', 'open'] as const;
export type InquiryStatus = (typeof inquiryStatuses)[number];

/** A document of `rocketchat_livechat_inquiry`: an open room's place in the queue, until the room is closed. */
export interface Inquiry {
  readonly _id: string;
  readonly rid: string;
  readonly name: string;
  readonly ts: Date;
  readonly department?: string;
  readonly message: string;
  readonly status: InquiryStatus;
  readonly v?: RoomVisitor;
  readonly t: 'l';
  readonly priorityWeight?: number;
  readonly estimatedWaitingTimeQueue?: number;
  readonly source?: RoomSource;
  readonly lastMessage?: LastMessage;
  readonly defaultAgent?: SelectedAgent;
  readonly queuedAt?: Date;
  readonly takenAt?: Date;
  readonly _updatedAt?: Date;
}

/** The id of a room's inquiry that Foyer opens; those of Rocket.Chat have others. */
export const inquiryIdOf = (roomId: string): string => derivedId(roomId, 'inquiry');

/** What the queue shows of an inquiry. */
export type QueuedInquiry = Pick<Inquiry, '_id' | 'rid' | 'name' | 'ts' | 'status' | 'department'>;

/** What the queue's order goes by; among equals, the longest waiting comes first. */
export type QueueOrder = 'ts' | 'priorityWeight' | 'estimatedWaitingTimeQueue';

/** A chat that waits for an agent. */
export type WaitingChat = Pick<Inquiry, 'rid' | 'department'>;

/** How a chat comes back into the queue. */
export interface Requeueing {
  readonly queuedAt: Date;
  /** The department in whose queue it waits from now on; where it was, if absent. */
  readonly departmentId: string | undefined;
  /** What was said last; the transfer itself is only the room's last message. */
  readonly lastMessage: LastMessage | undefined;
}

/** An agent, and the departments whose queues they look at. */
export interface QueueOfAgent {
  readonly userId: string;
  readonly departmentIds: readonly string[];
}

/** The documents of `rocketchat_livechat_inquiry`. */
export interface InquiryStore {
  /** The inquiry; one without a room does not count. */
  findById(id: string): Promise<Inquiry | null>;
  findByRoom(roomId: string): Promise<Inquiry | null>;
  /** The visitor's queued inquiries. */
  listQueuedByVisitor(visitorId: string): Promise<Inquiry[]>;
  /** Queued inquiries, of one department or of all. */
  listQueued(departmentId: string | undefined, page: PageRequest): Promise<PageOf<QueuedInquiry>>;
  /** Queued inquiries that an agent may take: those of no department, of theirs, and those that ask for them. */
  listQueuedFor(agent: QueueOfAgent, page: PageRequest): Promise<PageOf<Inquiry>>;
  /** The queued chats of all departments, in the order in which they are to be taken. */
  listWaiting(order: QueueOrder, limit: number): Promise<WaitingChat[]>;
  /** Stores the room's inquiry; false if it has one. */
  open(inquiry: Inquiry): Promise<boolean>;
  /** Marks an inquiry as taken; false if it was taken or removed already. */
  take(id: string, takenAt: Date): Promise<boolean>;
  /** Puts a room's inquiry back into the queue. */
  requeue(roomId: string, requeueing: Requeueing): Promise<void>;
  setDepartment(roomId: string, departmentId: string): Promise<void>;
  /** Records that an agent answered in the month, given as `YYYY-MM`. */
  addActivity(roomId: string, month: string): Promise<void>;
  /** Stores the last message, unless a later one is, for agents who watch the queue. */
  setLastMessage(roomId: string, message: LastMessage): Promise<void>;
  /** Makes another message the last one, or none, if the last one is still the one that this concerns. */
  replaceLastMessage(roomId: string, staleId: string, last: LastMessage | null): Promise<void>;
  rename(roomIds: readonly string[], name: string): Promise<void>;
  /** Sets the visitor's status on their queued inquiries. */
  setVisitorStatus(visitorId: string, status: string): Promise<void>;
  /** Makes the rooms' inquiries another visitor's. */
  setVisitor(roomIds: readonly string[], visitorId: string): Promise<void>;
  /** Takes what waits in a department out of it. */
  leaveDepartment(departmentId: string): Promise<void>;
  /** Removes a room's inquiry; false if there was none. */
  deleteByRoom(roomId: string): Promise<boolean>;
  deleteByRooms(roomIds: readonly string[]): Promise<void>;
}
