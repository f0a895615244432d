import type { OfflineMessage } from '../../domain/offline-messages/offline-message.ts';

/** What the list and the details of an offline message have in common. */
export const offlineMessageFacts = (message: OfflineMessage) => ({
  offline_message_id: message.number,
  visitor_id: message.visitorNumber,
  visitor_name: message.name,
  visitor_email: message.email,
  visitor_phone: message.phone,
  subject: message.subject,
  message: message.text,
  received_time: message.receivedAt.getTime(),
  unread: message.isUnread ? 1 : 0,
});
