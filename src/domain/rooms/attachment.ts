/** A file of a room. */
export interface RoomFile {
  readonly _id: string;
  readonly rid: string;
  /** Without a path. */
  readonly name: string;
  /** A media type, as whoever sent the file calls it. */
  readonly type: string;
}

/** A file of a room, with its content. */
export interface StoredFile extends RoomFile {
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** What Rocket.Chat stores alongside the messages of a room: uploaded files and read receipts. */
export interface AttachmentStore {
  /**
   * Stores a file while it is read. If that fails, nothing of it stays.
   * @returns how many bytes it has.
   */
  storeFile(file: RoomFile, content: AsyncIterable<Uint8Array>): Promise<number>;
  /** A file that is stored completely; null if there is none, or if it is stored elsewhere. */
  findFile(id: string): Promise<StoredFile | null>;
  deleteFile(id: string): Promise<void>;
  /** How many bytes the files of a room have. */
  sizeOfRoom(roomId: string): Promise<number>;
  deleteByRooms(roomIds: readonly string[]): Promise<void>;
}
