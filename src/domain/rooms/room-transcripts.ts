import type { Room, TranscriptRequest } from './room.ts';

/** Requests to mail the transcript of a room when it is closed. */
export interface RoomTranscripts {
  /** Requests it; null if the room is not open, or its transcript has been requested already. */
  request(roomId: string, request: TranscriptRequest): Promise<Room | null>;
  /** Withdraws the request; null if the room is not open, or there is none. */
  withdraw(roomId: string): Promise<Room | null>;
  /** Forgets the request of a closed room, which has been met. */
  finish(roomId: string): Promise<void>;
}
