import type { AttachmentStore, StoredFile } from '../../../domain/rooms/attachment.ts';
import type { RoomStore } from '../../../domain/rooms/room.ts';
import { isLongerThan, maxLengths } from '../../../domain/text/max-lengths.ts';
import { seal } from '../../../http/endpoint.ts';
import { textProblem } from '../../../http/text-check.ts';

export interface FileUploadDeps {
  readonly attachments: AttachmentStore;
  readonly rooms: RoomStore;
}

/**
 * `GET /file-upload/:id/:name`: a file of a livechat room, for whoever knows its random id; the name is for people.
 * Null stands for none. Files of other rooms, which a Rocket.Chat on the same database has, are not given away.
 */
export const fileUpload = ({ attachments, rooms }: FileUploadDeps) =>
  seal<string, StoredFile | null>({
    operationId: 'file-upload',
    method: 'get',
    path: '/file-upload/:id/:name',
    access: { kind: 'public' },
    input: async ({ params }) => String(params.id),
    handle: async (id) => {
      if (textProblem(id) !== undefined || isLongerThan(maxLengths.id, id)) return null;
      const file = await attachments.findFile(id);
      return file && (await rooms.findById(file.rid)) ? file : null;
    },
  });
