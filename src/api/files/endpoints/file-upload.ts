import { AppError } from '../../../domain/errors.ts';
import type { AttachmentStore, StoredFile } from '../../../domain/rooms/attachment.ts';
import { getOwnRoom, type OwnRoom, type OwnRoomDeps } from '../../../domain/rooms/own-room.ts';
import type { RoomStore } from '../../../domain/rooms/room.ts';
import { isLongerThan, maxLengths } from '../../../domain/text/max-lengths.ts';
import { seal } from '../../../http/endpoint.ts';
import { textProblem } from '../../../http/text-check.ts';

export type FileUploadDeps = OwnRoomDeps & {
  readonly attachments: AttachmentStore;
  readonly rooms: RoomStore;
};

interface WantedFile {
  readonly id: string;
  /** Whose file the request says it is. */
  readonly claim: OwnRoom | undefined;
}

/**
 * `GET /file-upload/:id/:name`: a file of a livechat room, for whoever knows its random id; the name is for people.
 * Null stands for none. Files of other rooms, which a Rocket.Chat on the same database has, are not given away. Who
 * says to be a visitor, as Rocket.Chat requires, is refused the files of others.
 */
export const fileUpload = (deps: FileUploadDeps) =>
  seal<WantedFile, StoredFile | null>({
    operationId: 'file-upload',
    method: 'get',
    path: '/file-upload/:id/:name',
    access: { kind: 'public' },
    input: async ({ params, query }) => ({ id: String(params.id), claim: claimIn(query) }),
    handle: async ({ id, claim }) => {
      if (!isText('id', id)) return null;
      const file = await deps.attachments.findFile(id);
      if (file === null || (await deps.rooms.findById(file.rid)) === null) return null;
      if (claim) await checkClaim(deps, claim, file);
      return file;
    },
  });

const isText = (of: 'id' | 'token', given: string): boolean =>
  textProblem(given) === undefined && !isLongerThan(maxLengths[of], given);

const claimIn = ({ rc_room_type, rc_token, rc_rid }: Record<string, unknown>): OwnRoom | undefined =>
  rc_room_type === 'l' ? { token: String(rc_token), rid: String(rc_rid) } : undefined;

/** @throws {AppError} if the file was not sent in that visitor's room. */
async function checkClaim(deps: FileUploadDeps, claim: OwnRoom, file: StoredFile): Promise<void> {
  if (!isText('token', claim.token) || claim.rid !== file.rid) throw new AppError('not-allowed');
  await getOwnRoom(deps, claim);
}
