import { Binary, type Collection, type Db, ObjectId } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { AttachmentStore, FileRecord, RoomFile, StoredFile } from '../../domain/rooms/attachment.ts';
import { PendingUploads } from './pending-uploads.ts';

/** A document of `rocketchat_uploads`. */
interface Upload {
  readonly _id: string;
  readonly rid: string;
  readonly name?: string;
  readonly type?: string;
  readonly size?: number;
  readonly store?: string;
  readonly complete?: boolean;
  readonly uploading?: boolean;
  readonly path?: string;
  readonly progress?: number;
  readonly uploadedAt?: Date;
  readonly _updatedAt?: Date;
}

/** What GridFS keeps of a file, and a part of its content. */
interface GridFile {
  readonly _id: string;
  readonly length: number;
  readonly chunkSize: number;
  readonly uploadDate: Date;
  readonly filename: string;
  readonly contentType: string;
}
interface Chunk {
  readonly _id: ObjectId;
  readonly files_id: string;
  readonly n: number;
  readonly data: Binary;
}
interface ReadReceipt {
  readonly roomId: string;
}

const gridFs = 'GridFS:Uploads';
const chunkBytes = 128 * 1024;

/**
 * `rocketchat_uploads` with the files that Rocket.Chat keeps in GridFS, and `rocketchat_read_receipts`. Files in
 * other stores, such as S3, are out of reach: only their records are deleted. The driver's own GridFS would look
 * through whole collections before it writes, and cannot have texts for ids.
 */
export function createAttachmentStore(db: Db, clock: Clock): AttachmentStore {
  const uploads: Collection<Upload> = db.collection('rocketchat_uploads');
  const files: Collection<GridFile> = db.collection('rocketchat_uploads.files');
  const chunks: Collection<Chunk> = db.collection('rocketchat_uploads.chunks');
  const pending = new PendingUploads(db, clock);
  const deleteFiles = async (ids: readonly string[]) => {
    await chunks.deleteMany({ files_id: { $in: [...ids] } });
    await files.deleteMany({ _id: { $in: [...ids] } });
    await uploads.deleteMany({ _id: { $in: [...ids] } });
    await pending.end(ids);
  };
  return {
    async storeFile(file, content, messageId) {
      const { _id, name: filename, type: contentType } = file;
      const isAlive = await pending.begin({ _id, messageId });
      await uploads.insertOne(beginning(file, clock()));
      try {
        const length = await storeContent(chunks, _id, whileAlive(content, isAlive));
        const uploadDate = clock();
        await files.insertOne({ _id, length, chunkSize: chunkBytes, uploadDate, filename, contentType });
        const done = { complete: true, uploading: false, progress: 1, size: length, _updatedAt: uploadDate };
        await uploads.updateOne({ _id }, { $set: done });
        return length;
      } catch (error) {
        await deleteFiles([_id]);
        throw error;
      }
    },
    findFile: (id) => findFile({ uploads, files, chunks }, id),
    async listFiles(ids) {
      const projection = { rid: 1, name: 1, type: 1, size: 1 };
      return (await uploads.find({ _id: { $in: [...ids] } }, { projection }).toArray()).map(recordOf);
    },
    deleteFile: (id) => deleteFiles([id]),
    listPending: (before, limit) => pending.list(before, limit),
    endPending: (id) => pending.end([id]),
    async sizeOfRoom(rid) {
      const sum = { $group: { _id: null, bytes: { $sum: '$size' } } };
      const [total] = await uploads.aggregate<{ bytes: number }>([{ $match: { rid } }, sum]).toArray();
      return total?.bytes ?? 0;
    },
    async deleteByRooms(roomIds) {
      const found = await uploads.find({ rid: { $in: [...roomIds] } }, { projection: { _id: 1 } }).toArray();
      if (found.length > 0) await deleteFiles(found.map(({ _id }) => _id));
      const receipts = db.collection<ReadReceipt>('rocketchat_read_receipts');
      await receipts.deleteMany({ roomId: { $in: [...roomIds] } });
    },
  };
}

interface FileCollections {
  readonly uploads: Collection<Upload>;
  readonly files: Collection<GridFile>;
  readonly chunks: Collection<Chunk>;
}

async function findFile({ uploads, files, chunks }: FileCollections, id: string): Promise<StoredFile | null> {
  const upload = await uploads.findOne({ _id: id, complete: true, store: gridFs });
  const file = upload && (await files.findOne({ _id: id }));
  if (!upload || !file) return null;
  return { ...recordOf(upload), size: file.length, content: contentOf(chunks, id) };
}

const recordOf = ({ _id, rid, name = '', type = '', size = 0 }: Upload): FileRecord => ({
  _id,
  rid,
  name,
  type,
  size,
});

/** The record of a file that is being stored, by which it is found and deleted with its room. */
const beginning = ({ _id, rid, name, type }: RoomFile, now: Date): Upload => ({
  _id,
  rid,
  name,
  type,
  store: gridFs,
  complete: false,
  uploading: true,
  progress: 0,
  path: `/ufs/${gridFs}/${_id}/${encodeURIComponent(name)}`,
  uploadedAt: now,
  _updatedAt: now,
});

/** @returns how many bytes there were. */
async function storeContent(
  chunks: Collection<Chunk>,
  fileId: string,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  let length = 0;
  let n = 0;
  for await (const data of inChunks(content)) {
    await chunks.insertOne({ _id: new ObjectId(), files_id: fileId, n, data: new Binary(data) });
    length += data.length;
    n += 1;
  }
  return length;
}

/** The same pieces; what is given is called for each. */
async function* whileAlive(
  content: AsyncIterable<Uint8Array>,
  isAlive: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    await isAlive();
    yield piece;
  }
}

/** The same bytes in pieces of the same size; only the last one may be shorter. */
async function* inChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  for await (const piece of content) {
    for (let taken = 0; taken < piece.length; ) {
      const part = piece.subarray(taken, taken + chunkBytes - filled);
      chunk.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < chunkBytes) continue;
      yield chunk;
      chunk = Buffer.allocUnsafe(chunkBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

async function* contentOf(chunks: Collection<Chunk>, id: string): AsyncGenerator<Uint8Array> {
  const found = chunks.find({ files_id: id }, { batchSize: 8 }).sort({ n: 1 });
  for await (const { data } of found) yield data.value();
}
