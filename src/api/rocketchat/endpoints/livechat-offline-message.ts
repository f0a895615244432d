import {
  type LeaveOfflineMessageDeps,
  leaveOfflineMessage,
} from '../../../domain/offline-messages/leave-offline-message.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, optional, string } from '../validation/schema.ts';

const body = object({
  name: string('name'),
  email: string('email'),
  message: string('message'),
  department: optional(string('id')),
  host: optional(string('pageAddress')),
  token: optional(string('token')),
  phone: optional(string('phone')),
  subject: optional(string('name')),
});
const accepted = params('legacy', { body });

/**
 * `POST livechat/offline.message`: keeps and mails what a visitor leaves while nobody is there. `token`, `phone` and
 * `subject`, which Rocket.Chat does not have, are shown to REVE Chat's and Foyer's clients.
 */
export const livechatOfflineMessage = (deps: LeaveOfflineMessageDeps) =>
  endpoint({
    operationId: 'livechat-offline-message',
    method: 'post',
    path: '/livechat/offline.message',
    access: { kind: 'public' },
    rateLimit: { calls: 1, perMs: 5_000 },
    input: accepted,
    visitorToken: ({ token, email }) => token ?? email,
    visitorEmail: ({ email }) => email,
    handle: async (form) => {
      await leaveOfflineMessage(deps, form);
      return { message: 'Livechat offline message sent' };
    },
  });
