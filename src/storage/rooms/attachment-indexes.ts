import type { Index, IndexName } from '../mongodb/index-definition.ts';

/** The indexes for the files and read receipts of rooms. */
export const attachmentIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_uploads',
    name: 'foyer_uploads_of_room',
    key: { rid: 1, _id: 1 },
    serves: 'the files of the rooms that are deleted with their visitor',
  },
  {
    collection: 'foyer_pending_upload',
    name: 'foyer_pending_uploads_by_time',
    key: { aliveAt: 1 },
    serves: 'the files that have been waiting for their message longest',
  },
  {
    collection: 'rocketchat_uploads.chunks',
    name: 'foyer_chunks_in_order',
    key: { files_id: 1, n: 1, _id: 1 },
    serves: 'the content of a file, from its beginning, and its deletion',
  },
  {
    collection: 'rocketchat_read_receipts',
    name: 'foyer_receipts_of_room',
    key: { roomId: 1, _id: 1 },
    serves: 'who read what in the rooms that are deleted with their visitor',
  },
];

/** Indexes that earlier releases had. */
export const retiredAttachmentIndexes: readonly IndexName[] = [
  { collection: 'rocketchat_uploads.chunks', name: 'foyer_chunks_of_file' },
];
