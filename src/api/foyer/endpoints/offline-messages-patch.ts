import { body } from 'express-validator';
import { AppError } from '../../../domain/errors.ts';
import type { OfflineMessageStore } from '../../../domain/offline-messages/offline-message.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';
import { presentOfflineMessage } from '../present-offline-message.ts';

const accepted = validated<{ id: string; unread: boolean }>(
  idInPath(),
  body('unread').isBoolean({ strict: true }),
);

/** `PATCH offline-messages/:id`: marks a message as read or unread. */
export const offlineMessagesPatch = ({
  offlineMessages,
}: {
  readonly offlineMessages: OfflineMessageStore;
}) =>
  endpoint({
    operationId: 'foyer-offline-messages-patch',
    method: 'patch',
    path: '/offline-messages/:id',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ id, unread }) => {
      const message = await offlineMessages.setUnread(id, unread);
      if (message === null) throw new AppError('offline-message-not-found');
      return presentOfflineMessage(message);
    },
  });
