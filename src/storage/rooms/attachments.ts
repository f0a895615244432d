import type { Collection, Db } from 'mongodb';
import type { AttachmentStore } from '../../domain/rooms/attachment.ts';

interface Upload {
  readonly _id: string;
  readonly rid: string;
}
interface Chunk {
  readonly files_id: string;
}
interface ReadReceipt {
  readonly roomId: string;
}

/**
 * `rocketchat_uploads` with the files that Rocket.Chat keeps in GridFS, and `rocketchat_read_receipts`. Files in
 * other stores, such as S3, are out of reach: only their records are deleted.
 */
export function createAttachmentStore(db: Db): AttachmentStore {
  const uploads: Collection<Upload> = db.collection('rocketchat_uploads');
  const files: Collection<Pick<Upload, '_id'>> = db.collection('rocketchat_uploads.files');
  const chunks: Collection<Chunk> = db.collection('rocketchat_uploads.chunks');
  const receipts: Collection<ReadReceipt> = db.collection('rocketchat_read_receipts');
  return {
    async deleteByRooms(roomIds) {
      const ofRooms = { rid: { $in: [...roomIds] } };
      const found = await uploads.find(ofRooms, { projection: { _id: 1 } }).toArray();
      const ids = found.map(({ _id }) => _id);
      if (ids.length > 0) {
        await chunks.deleteMany({ files_id: { $in: ids } });
        await files.deleteMany({ _id: { $in: ids } });
        await uploads.deleteMany(ofRooms);
      }
      await receipts.deleteMany({ roomId: { $in: [...roomIds] } });
    },
  };
}
