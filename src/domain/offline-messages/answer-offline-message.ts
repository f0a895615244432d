import { firstAddressOf, type User } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import type { DeliveryQueue } from '../deliveries/delivery.ts';
import { senderOf } from '../deliveries/mail.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Settings } from '../settings/settings.ts';
import { replyMailId } from './offline-mail.ts';
import type { OfflineMessage, OfflineMessageStore, OfflineReply } from './offline-message.ts';

export interface AnswerOfflineMessageDeps {
  readonly clock: Clock;
  readonly deliveries: DeliveryQueue;
  readonly ids: IdSource;
  readonly offlineMessages: OfflineMessageStore;
  readonly rootUrl: () => string;
  readonly settings: Settings;
}

/**
 * Answers an offline message by mail, and keeps the answer with it.
 * @throws {AppError} `offline-message-not-found`
 */
export async function answerOfflineMessage(
  deps: AnswerOfflineMessageDeps,
  id: string,
  { user, text }: { readonly user: User; readonly text: string },
): Promise<OfflineMessage> {
  const { clock, deliveries, ids, offlineMessages } = deps;
  const found = await offlineMessages.findById(id);
  if (!found) throw new AppError('offline-message-not-found');
  const repliedAt = clock();
  const { _id: userId, username = '', name = username } = user;
  const agent = { _id: userId, username, name, email: firstAddressOf(user) };
  const reply: OfflineReply = { _id: ids.meteorId(), text, repliedAt, agent };
  const answered = await offlineMessages.addReply(id, reply);
  if (!answered) throw new AppError('offline-message-not-found');
  const from = senderOf(deps);
  const subject = `Re: ${found.subject || 'your message'}`;
  const mail = { from, to: found.email, subject, text: `${text}\n\n${quoted(found.text)}` };
  await deliveries.add(replyMailId(reply._id), { kind: 'mail', mail, about: id }, repliedAt);
  // The visitor may have been deleted in the meantime, with all that was told of them.
  if ((await offlineMessages.findById(id)) === null) await deliveries.removeAbout([id]);
  return answered;
}

const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
