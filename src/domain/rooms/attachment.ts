/** What Rocket.Chat stores alongside the messages of a room: uploaded files and read receipts. */
export interface AttachmentStore {
  deleteByRooms(roomIds: readonly string[]): Promise<void>;
}
