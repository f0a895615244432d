import type { Index } from '../mongodb/index-definition.ts';

/** The indexes for the files and read receipts of rooms. */
export const attachmentIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_uploads',
    name: 'foyer_uploads_of_room',
    key: { rid: 1, _id: 1 },
    serves: 'the files of the rooms that are deleted with their visitor',
  },
  {
    collection: 'rocketchat_uploads.chunks',
    name: 'foyer_chunks_of_file',
    key: { files_id: 1, _id: 1 },
    serves: 'the content of those files',
  },
  {
    collection: 'rocketchat_read_receipts',
    name: 'foyer_receipts_of_room',
    key: { roomId: 1, _id: 1 },
    serves: 'who read what in the rooms that are deleted with their visitor',
  },
];
