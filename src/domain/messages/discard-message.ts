import type { AttachmentStore } from '../rooms/attachment.ts';
import { type RefreshLastMessageDeps, refreshLastMessage } from './last-message.ts';
import type { Message } from './message.ts';

export type DiscardMessageDeps = RefreshLastMessageDeps & {
  readonly attachments: Pick<AttachmentStore, 'deleteFile'>;
};

/**
 * Deletes a message with its files; its room counts and shows what is left.
 * @returns false if it is gone already.
 */
export async function discardMessage(deps: DiscardMessageDeps, message: Message): Promise<boolean> {
  const { attachments, messages, roomActivity } = deps;
  const { _id, rid, file, files = file ? [file] : [] } = message;
  if (!(await messages.delete(_id))) return false;
  for (const each of files) await attachments.deleteFile(each._id);
  if (rid === undefined) return true;
  await roomActivity.countMessages(rid, -1);
  await refreshLastMessage(deps, rid, message);
  return true;
}
