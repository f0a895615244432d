import type { Contact } from '../contacts/contact.ts';
import type { ChannelSource, RoomSource } from '../contacts/source.ts';
import type { CustomFieldValues } from '../custom-fields/custom-field.ts';
import type { Person } from '../person.ts';
import type { LastMessage } from './last-message.ts';

/** What a room stores about its visitor. */
export interface RoomVisitor {
  readonly _id: string;
  readonly username?: string;
  readonly token?: string;
  readonly status?: string;
  readonly name?: string;
  readonly activity?: readonly string[];
  readonly lastMessageTs?: Date;
}

export interface ServedBy extends Person {
  readonly ts?: Date;
}

/**
 * Durations are in seconds; `lq` and `lr` are the times of the visitor's last question and the agent's last reply.
 */
export interface RoomMetrics {
  readonly v?: { readonly lq?: Date };
  readonly servedBy?: { readonly lr?: Date };
  readonly response?: {
    readonly total?: number;
    readonly avg?: number;
    readonly tt?: number;
    readonly ft?: number;
    readonly fd?: Date;
  };
  readonly reaction?: { readonly tt?: number; readonly ft?: number; readonly fd?: Date };
  readonly chatDuration?: number;
  readonly serviceTimeDuration?: number;
}

/**
 * A livechat document of `rocketchat_room` (`t: 'l'`), as far as the service reads it; documents from older releases
 * may lack anything but `_id`. A closed room has no `open`.
 */
export interface Room {
  readonly _id: string;
  readonly t: 'l';
  readonly msgs?: number;
  readonly usersCount?: number;
  readonly lm?: Date;
  readonly fname?: string;
  readonly ts?: Date;
  readonly departmentId?: string;
  readonly v?: RoomVisitor;
  /** The `_id` of the person's document in `rocketchat_livechat_contact`; from Rocket.Chat 7 on. */
  readonly contactId?: string;
  readonly cl?: boolean;
  readonly open?: boolean;
  readonly waitingResponse?: boolean;
  /** Whether the contact has proved that the channel is theirs. */
  readonly verified?: boolean;
  readonly source?: RoomSource;
  readonly queuedAt?: Date;
  readonly priorityWeight?: number;
  readonly estimatedWaitingTimeQueue?: number;
  readonly _enforceSingleRoom?: boolean;
  readonly servedBy?: ServedBy;
  readonly metrics?: RoomMetrics;
  readonly responseBy?: Person & { readonly firstResponseTs?: Date; readonly lastMessageTs?: Date };
  readonly lastMessage?: LastMessage;
  readonly livechatData?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
  readonly surveyFeedback?: Readonly<Record<string, string>>;
  readonly callStatus?: string;
  readonly onHold?: boolean;
  readonly transcriptRequest?: TranscriptRequest;
  readonly closedAt?: Date;
  readonly closer?: 'visitor' | 'user';
  readonly closedBy?: Person;
  readonly topic?: string;
  /** What the receiver of Rocket.Chat's webhook answered last. */
  readonly crmData?: unknown;
  readonly _updatedAt?: Date;
}

/** Where the transcript of an open room is to be mailed when it is closed. */
export interface TranscriptRequest {
  readonly email: string;
  /** Empty for the usual one. */
  readonly subject: string;
  readonly requestedAt: Date;
  /** Who asked for it; absent if the site always sends transcripts. */
  readonly requestedBy?: Person;
}

/** How a conversation ended. */
export interface Closing {
  readonly closedAt: Date;
  readonly closer: 'visitor' | 'user';
  readonly closedBy: Person;
  readonly tags?: readonly string[];
  /** Replaces the request that there is; null withdraws it. */
  readonly transcriptRequest?: TranscriptRequest | null | undefined;
  /** Seconds from the room's opening to its closing. */
  readonly chatDuration?: number | undefined;
  /** Seconds from the agent's assignment to the closing. */
  readonly serviceTimeDuration?: number | undefined;
}

/**
 * The livechat rooms in `rocketchat_room`, from their opening to their removal; rooms of other kinds are ignored. Staff
 * look for rooms with `RoomSearch`, and messages change their room with `RoomActivityStore`.
 */
export interface RoomStore {
  findById(id: string): Promise<Room | null>;
  /** The room with this id, open or closed, if it is the visitor's. */
  findByIdAndVisitor(id: string, visitorId: string): Promise<Room | null>;
  /** The visitor's newest open room. */
  findOpenByVisitor(visitorId: string): Promise<Room | null>;
  /** The visitor's open rooms: at most one that Foyer opened. */
  listOpenByVisitor(visitorId: string): Promise<Room[]>;
  /** The ids of a visitor's rooms, the newest first: all of them, or `limit` at most. */
  listIdsByVisitor(visitorId: string, limit?: number): Promise<string[]>;
  /** The ids of the rooms in which a contact's visitors write as that contact. */
  listIdsByContact(contact: Pick<Contact, '_id' | 'channels'>): Promise<string[]>;
  /** The tokens with which a visitor's rooms were opened. */
  listTokensByVisitor(visitorId: string): Promise<string[]>;
  countByVisitor(visitorId: string): Promise<number>;
  /** How many seconds each of the chats took that were closed last, in a department or at all. */
  listRecentDurations(departmentId: string | undefined, count: number): Promise<number[]>;
  /** Makes the rooms another visitor's, who may have an open one already. */
  setVisitor(ids: readonly string[], visitorId: string): Promise<void>;
  /**
   * Inserts a room, possibly under another `_id`; null if its visitor already has an open one, or another request got
   * there first.
   */
  open(room: Room): Promise<Room | null>;
  /** Assigns the room to an agent; null if it is not open or has an agent. */
  serve(id: string, agent: ServedBy): Promise<Room | null>;
  /** Closes an open room; null if it was not open. */
  close(id: string, closing: Closing): Promise<Room | null>;
  /** Removes empty lists of tags from rooms. */
  dropEmptyTags(ids: readonly string[]): Promise<void>;
  /** Keeps what the receiver of the webhook answered. */
  setCrmData(id: string, text: string): Promise<void>;
  /** Sets a visitor's new name on their open rooms. */
  rename(ids: readonly string[], fname: string): Promise<void>;
  /** Assigns the rooms that a visitor had on a channel to its contact, and gives them the contact's name. */
  setContact(visitorId: string, source: ChannelSource, contact: Pick<Contact, '_id' | 'name'>): Promise<void>;
  /** Takes rooms out of a department, `limit` at most; returns how many. */
  leaveDepartment(departmentId: string, limit: number): Promise<number>;
  setVisitorStatus(visitorId: string, status: string): Promise<void>;
  /** Those of the visitors who are offline in an open room. */
  listOfflineVisitors(visitorIds: readonly string[]): Promise<string[]>;
  /** Sets custom fields on the visitor's open rooms, those in `ifAbsent` only if nothing is stored. */
  setLivechatData(visitorId: string, values: CustomFieldValues): Promise<void>;
  delete(ids: readonly string[]): Promise<void>;
}
