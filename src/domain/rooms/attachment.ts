/** A file of a room. */
export interface RoomFile {
  readonly _id: string;
  readonly rid: string;
  /** Without a path. */
  readonly name: string;
  /** A media type, as whoever sent the file calls it. */
  readonly type: string;
}

/** What is kept of a file of a room besides its content. */
export interface FileRecord extends RoomFile {
  /** In bytes. */
  readonly size: number;
}

/** A file of a room, with its content. */
export interface StoredFile extends FileRecord {
  readonly content: AsyncIterable<Uint8Array>;
}

/** A file that is stored, or arriving, for a message that may not be stored yet. */
export interface PendingUpload {
  /** The file's. */
  readonly _id: string;
  readonly messageId: string;
}

/** What Rocket.Chat stores alongside the messages of a room: uploaded files and read receipts. */
export interface AttachmentStore {
  /**
   * Stores a file while it is read; it is pending from then on. If that fails, nothing of it stays.
   * @param messageId the message that it will be sent with.
   * @returns how many bytes it has.
   */
  storeFile(file: RoomFile, content: AsyncIterable<Uint8Array>, messageId: string): Promise<number>;
  /** Pending files of which nothing has arrived since then, for `limit` messages at most. */
  listPending(before: Date, limit: number): Promise<PendingUpload[]>;
  /** The file is not pending any more: its message is stored. */
  endPending(id: string): Promise<void>;
  /** A file that is stored completely; null if there is none, or if it is stored elsewhere. */
  findFile(id: string): Promise<StoredFile | null>;
  /** The records of those of the files that there are, wherever they are stored. */
  listFiles(ids: readonly string[]): Promise<FileRecord[]>;
  deleteFile(id: string): Promise<void>;
  /** How many bytes the files of a room have. */
  sizeOfRoom(roomId: string): Promise<number>;
  deleteByRooms(roomIds: readonly string[]): Promise<void>;
}
