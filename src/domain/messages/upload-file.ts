import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { AttachmentStore, RoomFile } from '../rooms/attachment.ts';
import { getOwnRoom, type OwnRoom } from '../rooms/own-room.ts';
import type { Settings } from '../settings/settings.ts';
import { linkToFile } from './link-to-file.ts';
import type { Message } from './message.ts';
import { type Attached, type SendMessageDeps, sendVisitorMessage } from './send-message.ts';

export type UploadFileDeps = SendMessageDeps & {
  readonly attachments: AttachmentStore;
  readonly ids: IdSource;
};

/** A file as it arrives. */
export interface ArrivingFile {
  readonly name: string;
  readonly type: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** A file that has arrived, and the id of the message that it will be sent with. */
export type ArrivedFile = RoomFile & { readonly size: number; readonly messageId: string };

/** Without a limit in the settings, files have this one. */
const largestFileBytes = 1024 ** 3;
/** As much as this may be stored of a conversation. */
const largestRoomBytes = 1024 ** 3;

/**
 * Refuses an upload before it arrives.
 * @throws {AppError} `invalid-token`, `invalid-room`, `room-closed`, or `error-file-upload-disabled`.
 */
export async function checkUpload(deps: UploadFileDeps, target: OwnRoom): Promise<void> {
  const { settings } = deps;
  if (!settings.get('Livechat_fileupload_enabled') || !settings.get('FileUpload_Enabled'))
    throw new AppError('error-file-upload-disabled');
  const { room } = await getOwnRoom(deps, target);
  if (!room.open) throw new AppError('room-closed');
}

/**
 * Stores a file while it arrives.
 * @throws {AppError} `error-type-not-allowed`, `error-size-not-allowed`; and what reading it throws.
 */
export async function storeUpload(
  { attachments, ids, settings }: UploadFileDeps,
  { rid }: OwnRoom,
  { name, type, content }: ArrivingFile,
): Promise<ArrivedFile> {
  if (!isAllowedType(type, settings)) throw new AppError('error-type-not-allowed');
  const file = { _id: ids.meteorId(), rid, name, type };
  const free = largestRoomBytes - (await attachments.sizeOfRoom(rid));
  const messageId = ids.meteorId();
  const bounded = upTo(Math.min(maxFileBytes(settings), free), content);
  const size = await attachments.storeFile(file, bounded, messageId);
  return { ...file, size, messageId };
}

/** Deletes a stored file that is not sent after all. */
export const discardUpload = ({ attachments }: UploadFileDeps, { _id }: ArrivedFile): Promise<void> =>
  attachments.deleteFile(_id);

/**
 * Sends a stored file into the room. If that is not possible any more, the file is deleted.
 * @throws {AppError} as {@link checkUpload}.
 */
export async function sendUpload(
  deps: UploadFileDeps,
  target: OwnRoom,
  file: ArrivedFile,
  { msg, description }: { readonly msg: string; readonly description: string },
): Promise<Message> {
  try {
    const attached = attachedOf(file, description);
    return await sendVisitorMessage(deps, { ...target, id: file.messageId, msg, attached });
  } catch (error) {
    await discardUpload(deps, file);
    throw error;
  }
}

function attachedOf({ _id, name, type, size }: ArrivedFile, description: string): Attached {
  const link = linkToFile({ _id, name });
  const file = { _id, name, type };
  const attachment = {
    type: 'file',
    title: name,
    title_link: link,
    title_link_download: true,
    description,
    ...mediaOf(type, link, size),
  };
  return { file, files: [file], attachments: [attachment], groupable: false };
}

/** How clients show pictures, sounds and films; anything else is a link. */
function mediaOf(type: string, url: string, size: number): object {
  if (type.startsWith('image/')) return { image_url: url, image_type: type, image_size: size };
  if (type.startsWith('audio/')) return { audio_url: url, audio_type: type, audio_size: size };
  if (type.startsWith('video/')) return { video_url: url, video_type: type, video_size: size };
  return { size };
}

const maxFileBytes = (settings: Settings): number => {
  const set = settings.get('FileUpload_MaxFileSize');
  return set >= 0 ? Math.min(set, largestFileBytes) : largestFileBytes;
};

async function* upTo(maxBytes: number, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of content) {
    size += piece.length;
    if (size > maxBytes) {
      const sizeAllowed = `${(maxBytes / 1e6).toFixed(2)} MB`;
      throw new AppError('error-size-not-allowed', { details: { sizeAllowed } });
    }
    yield piece;
  }
}

/** As in Rocket.Chat, the lists have types and groups of them, such as `image/*`; an empty white list allows all. */
function isAllowedType(type: string, settings: Settings): boolean {
  const listed = (list: string): boolean =>
    list.split(',').some((each) => {
      const entry = each.trim().toLowerCase();
      return entry.endsWith('/*') ? type.startsWith(entry.slice(0, -1)) : entry === type;
    });
  const whiteList = settings.get('FileUpload_MediaTypeWhiteList');
  return (whiteList === '' || listed(whiteList)) && !listed(settings.get('FileUpload_MediaTypeBlackList'));
}
