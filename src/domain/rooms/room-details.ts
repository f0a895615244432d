import type { Room } from './room.ts';

/** What agents note about a conversation; what is absent stays as it is. */
export interface RoomNotes {
  /** Empty to remove it. */
  readonly topic?: string | undefined;
  /** Empty to remove them. */
  readonly tags?: readonly string[] | undefined;
  /** Values of custom fields, by the field. */
  readonly livechatData?: Readonly<Record<string, string>> | undefined;
}

/** What is noted about rooms, open or closed. Each gives null if there is no such room. */
export interface RoomDetails {
  saveNotes(roomId: string, notes: RoomNotes): Promise<Room | null>;
  /** What the visitor thinks of the conversation. */
  saveSurvey(roomId: string, feedback: Readonly<Record<string, string>>): Promise<Room | null>;
  setCallStatus(roomId: string, callStatus: string): Promise<Room | null>;
  /** Counts a user who has joined. */
  countUser(roomId: string): Promise<Room | null>;
}
