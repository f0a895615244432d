import { linkToFile } from '../../domain/messages/link-to-file.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { AttachmentStore } from '../../domain/rooms/attachment.ts';

export interface FileUploadsDeps {
  readonly attachments: Pick<AttachmentStore, 'listFiles'>;
  readonly rootUrl: () => string;
}

/** A message with what Rocket.Chat tells of its file to those who are outside of the workspace. */
export type MessageWithUpload = Message & {
  readonly fileUpload?: { readonly publicFilePath: string; readonly type: string; readonly size: number };
};

/** The same as {@link withFileUploads} does, to one message. */
export async function withFileUpload(deps: FileUploadsDeps, message: Message): Promise<MessageWithUpload> {
  const [shown = message] = await withFileUploads(deps, [message]);
  return shown;
}

/** Adds to messages with a file its whole address, type and size in bytes (`fileUpload`), as long as there is the file. */
export async function withFileUploads(
  { attachments, rootUrl }: FileUploadsDeps,
  messages: readonly Message[],
): Promise<MessageWithUpload[]> {
  const ids = messages.flatMap(({ file }) => (file ? [file._id] : []));
  const files = ids.length > 0 ? await attachments.listFiles(ids) : [];
  const uploads = new Map(
    files.map((file) => {
      const { _id, type, size } = file;
      return [_id, { publicFilePath: `${rootUrl()}${linkToFile(file)}`, type, size }];
    }),
  );
  return messages.map((message) => {
    const fileUpload = message.file && uploads.get(message.file._id);
    return fileUpload ? { ...message, fileUpload } : message;
  });
}
