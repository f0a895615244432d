import type { Mail } from '../deliveries/mail.ts';
import type { OfflineMessage } from './offline-message.ts';

/** Rocket.Chat's subject has no more of the message than this. */
const excerptLength = 20;

/**
 * The mail about an offline message, with the subject and the lines of Rocket.Chat's; an answer goes to the visitor.
 */
export function offlineMail(
  { name, email, phone, host, subject, text }: OfflineMessage,
  {
    from,
    to,
    departmentName,
  }: { readonly from: string; readonly to: string; readonly departmentName: string | undefined },
): Mail {
  const excerpt = text.replace(/\s+/g, ' ').slice(0, excerptLength);
  const lines: readonly (readonly [string, string])[] = [
    ['Sent from', host],
    ['Department', departmentName ?? ''],
    ['Visitor name', name],
    ['Visitor e-mail', email],
    ['Visitor phone', phone],
    ['Subject', subject],
  ];
  const head = lines.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`);
  return {
    from,
    to,
    replyTo: { name, address: email },
    subject: `Livechat offline message from ${name}: ${excerpt}`,
    text: [...head, '', text].join('\n'),
  };
}

/** The delivery of the mail about a message. */
export const offlineMailId = (messageId: string): string => `offline-message:${messageId}`;

/** The delivery of a reply. */
export const replyMailId = (replyId: string): string => `offline-reply:${replyId}`;
