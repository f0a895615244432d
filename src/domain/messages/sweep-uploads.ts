import type { Clock } from '../clock.ts';
import type { AttachmentStore } from '../rooms/attachment.ts';
import type { MessageStore } from './message.ts';

export interface SweepUploadsDeps {
  readonly attachments: Pick<AttachmentStore, 'listPending' | 'endPending' | 'deleteFile'>;
  readonly clock: Clock;
  readonly messages: Pick<MessageStore, 'findById'>;
}

/** A file of which nothing has arrived for so long will not arrive any more. */
const abandonedAfterMs = 60 * 60_000;
const batchSize = 100;

/**
 * Deletes what is left of uploads that were never sent into their rooms because the process died that received them.
 * Other instances may do the same at the same time.
 */
export async function sweepUploads(
  { attachments, clock, messages }: SweepUploadsDeps,
  signal: AbortSignal,
): Promise<void> {
  const before = new Date(clock().getTime() - abandonedAfterMs);
  for (;;) {
    const batch = await attachments.listPending(before, batchSize);
    for (const { _id, messageId } of batch) {
      if (signal.aborted) return;
      if (await messages.findById(messageId)) await attachments.endPending(_id);
      else await attachments.deleteFile(_id);
    }
    if (batch.length < batchSize) return;
  }
}
