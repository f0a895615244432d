import type { OfflineMessage } from '../../domain/offline-messages/offline-message.ts';

/** An offline message with its replies, the newest first. */
export const presentOfflineMessage = ({ replies, isUnread, ...message }: OfflineMessage): object => ({
  ...message,
  unread: isUnread,
  replies: replies.map(({ _id, text, repliedAt, agent }) => ({ _id, text, repliedAt, agent })),
});
