import type { ServedBy } from './room.ts';

/** A visitor's rooms, summed up. */
export interface ChatSummary {
  readonly visitorId: string;
  /** How many rooms they ever had, including an open one. */
  readonly chats: number;
  /** How long the closed ones were open in all, in milliseconds. */
  readonly totalDurationMs: number;
  /** The open room, or else the newest. */
  readonly last: LastRoom;
}

export interface LastRoom {
  readonly roomId: string;
  readonly isOpen: boolean;
  readonly openedAt: Date;
  /** When the room last began to wait for an agent. */
  readonly queuedAt: Date;
  readonly closedAt: Date | undefined;
  readonly servedBy: ServedBy | undefined;
  readonly departmentId: string | undefined;
}

/** Sums up visitors' rooms. */
export interface ChatSummaries {
  /** The summaries of those who ever had a room, by the visitor's `_id`. */
  listByVisitors(visitorIds: readonly string[]): Promise<ReadonlyMap<string, ChatSummary>>;
}
