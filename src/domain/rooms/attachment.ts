/** What Rocket.Chat keeps beside the messages of a room: uploaded files and who read what. */
export interface AttachmentStore {
  deleteByRooms(roomIds: readonly string[]): Promise<void>;
}
