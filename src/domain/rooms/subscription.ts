import type { Person } from '../person.ts';
import type { RoomVisitor } from './room.ts';

/** A document of `rocketchat_subscription`: an agent's membership of a livechat room. */
export interface Subscription {
  readonly _id: string;
  readonly rid: string;
  readonly name: string;
  readonly fname?: string;
  readonly alert?: boolean;
  readonly open?: boolean;
  readonly unread?: number;
  readonly userMentions?: number;
  readonly groupMentions?: number;
  readonly u: Person;
  readonly t: string;
  readonly desktopNotifications?: string;
  readonly mobilePushNotifications?: string;
  readonly emailNotifications?: string;
  readonly v?: RoomVisitor;
  readonly ts?: Date;
  /** Until when the agent has read the room. */
  readonly ls?: Date;
  readonly department?: string;
  readonly _updatedAt?: Date;
}

/** The documents of `rocketchat_subscription`, one room at a time. */
export interface SubscriptionStore {
  findByRoomAndUser(roomId: string, userId: string): Promise<Subscription | null>;
  listByRoom(roomId: string): Promise<Subscription[]>;
  /** A user's subscriptions to livechat rooms, or `limit` of them. */
  listByUser(userId: string, limit: number): Promise<Subscription[]>;
  /** Those of the visitors who have a room to which the user is subscribed. */
  listVisitorsOf(userId: string, visitorIds: readonly string[]): Promise<string[]>;
  /** Subscribes the agent; false if they are subscribed already. */
  ensure(subscription: Subscription): Promise<boolean>;
  /** Alerts all of the room's agents but its author to a new message, which counts as unread if `counts`. */
  alert(roomId: string, exceptUserId: string, counts: boolean): Promise<void>;
  /** Nothing in the room is new to the agent any more. */
  markRead(roomId: string, userId: string): Promise<void>;
  rename(roomIds: readonly string[], name: string): Promise<void>;
  /** Makes the subscriptions ones to rooms of another visitor. */
  setVisitor(roomIds: readonly string[], visitorId: string): Promise<void>;
  setDepartment(roomId: string, departmentId: string): Promise<void>;
  deleteByRoomAndUser(roomId: string, userId: string): Promise<void>;
  deleteByRooms(roomIds: readonly string[]): Promise<void>;
}
