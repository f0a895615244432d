import type { Clock } from '../clock.ts';
import type { DeliveryQueue } from '../deliveries/delivery.ts';
import { type MailDomains, senderOf } from '../deliveries/mail.ts';
import { AppError } from '../errors.ts';
import { derivedId, type IdSource } from '../ids.ts';
import type { TellOfSession } from '../rooms/session-event.ts';
import type { RoutingStore } from '../routing/routing.ts';
import type { Settings } from '../settings/settings.ts';
import type { PublicIdStore } from '../visits/public-ids.ts';
import type { VisitSigns } from '../visits/visit-sign.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';
import { offlineMail, offlineMailId } from './offline-mail.ts';
import type { OfflineMessage, OfflineMessageStore } from './offline-message.ts';

/** What a visitor fills in. */
export interface OfflineForm {
  readonly name: string;
  readonly email: string;
  readonly message: string;
  readonly token?: string | undefined;
  readonly phone?: string | undefined;
  readonly subject?: string | undefined;
  readonly department?: string | undefined;
  readonly host?: string | undefined;
}

export interface LeaveOfflineMessageDeps {
  readonly clock: Clock;
  readonly deliveries: DeliveryQueue;
  readonly ids: IdSource;
  readonly mailDomains: MailDomains;
  readonly offlineMessages: OfflineMessageStore;
  readonly publicIds: PublicIdStore;
  readonly routing: RoutingStore;
  readonly rootUrl: () => string;
  readonly settings: Settings;
  readonly tellOfSession: TellOfSession;
  /** Tells integrators of a message that was left. */
  readonly tellOfTicket: (message: OfflineMessage) => Promise<void>;
  readonly visitorRecords: VisitorRecords;
  readonly visitSigns: VisitSigns;
}

/**
 * Keeps a message that a visitor leaves, and mails it to those who look after such messages. A visitor who sends it
 * again within a day, say since the answer was lost, has left it once.
 * @throws {AppError} `offline-message-not-sent` if there is no offline form, or nobody to mail the message to; in the
 *   latter case it is kept all the same.
 */
export async function leaveOfflineMessage(deps: LeaveOfflineMessageDeps, form: OfflineForm): Promise<void> {
  const { settings, deliveries, routing, clock } = deps;
  if (!settings.get('Livechat_display_offline_form')) throw new AppError('offline-message-not-sent');
  await refuseUnreachable(deps, form.email);
  const department = form.department ? await routing.findDepartment(form.department) : null;
  const message = await keep(deps, form);
  await deps.tellOfTicket(message);
  const { _id: subjectId, receivedAt: at } = message;
  await deps.tellOfSession({ type: 'LivechatOfflineMessage', subjectId, at });
  const to = department?.email || settings.get('Livechat_offline_email');
  if (!to) throw new AppError('offline-message-not-sent');
  const mail = offlineMail(message, { from: senderOf(deps), to, departmentName: department?.name });
  await deliveries.add(offlineMailId(subjectId), { kind: 'mail', mail, about: subjectId }, clock());
  // The visitor may have been deleted in the meantime, with all that was told of them.
  if ((await deps.offlineMessages.findById(subjectId)) === null) await deliveries.removeAbout([subjectId]);
}

/** Whoever cannot be answered is told so at once, as in Rocket.Chat. */
async function refuseUnreachable(
  { settings, mailDomains }: LeaveOfflineMessageDeps,
  email: string,
): Promise<void> {
  const domain = /^[^\s@]+@([^\s@]+)$/.exec(email)?.[1];
  const isReachable =
    domain !== undefined &&
    (!settings.get('Livechat_validate_offline_email') || (await mailDomains.exists(domain)));
  if (!isReachable) throw new AppError('offline-message-not-sent');
}

const dayMs = 24 * 60 * 60 * 1000;

async function keep(deps: LeaveOfflineMessageDeps, form: OfflineForm): Promise<OfflineMessage> {
  const { clock, ids, offlineMessages, publicIds } = deps;
  const { token, name, email, phone = '', department = '', host = '', subject = '', message: text } = form;
  const receivedAt = clock();
  const day = Math.floor(receivedAt.getTime() / dayMs);
  const keyOf = (ofDay: number) =>
    derivedId('offline-message', token ?? '', name, email, phone, department, subject, text, String(ofDay));
  const repeated = await offlineMessages.findRepeated([keyOf(day), keyOf(day - 1)]);
  if (repeated && receivedAt.getTime() - repeated.receivedAt.getTime() < dayMs) return repeated;
  const visitorNumber = await numberOfVisitor(deps, token ?? ids.secret(), receivedAt);
  const _id = ids.meteorId();
  const given = await publicIds.give('offline-message', [{ id: _id, createdAt: receivedAt }]);
  const message: OfflineMessage = {
    _id,
    number: given.get(_id)?.number ?? 0,
    visitorNumber,
    name,
    email,
    phone,
    departmentId: department,
    host,
    subject,
    text,
    receivedAt,
    isUnread: true,
    replies: [],
  };
  return offlineMessages.add(message, keyOf(day));
}

/** Whoever sends a message is on the site; a token that is new gives them a record of their own. */
async function numberOfVisitor(
  { visitSigns, visitorRecords }: LeaveOfflineMessageDeps,
  token: string,
  at: Date,
): Promise<number> {
  visitSigns.note({ token, at });
  const record = await visitorRecords.findByToken(token);
  if (record === null) throw new Error('a visitor who was noted has no record');
  return record.number;
}
