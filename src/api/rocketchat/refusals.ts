import type { AppError, AppErrorCode } from '../../domain/errors.ts';
import { agentMessage, takenInquiry, wordingsByMethod } from './method-wordings.ts';
import {
  asReason,
  type Form,
  forbidden,
  meteor,
  plain,
  returned,
  type Wording,
  type Wordings,
} from './wording.ts';

const updateMessage = { method: 'updateMessage' };
const saveDepartment = { method: 'livechat:saveDepartment' };

/** The wording for each code, unless the operation has its own. */
const defaultWordings: Record<AppErrorCode, Wording> = {
  'agent-not-found': plain(),
  'ban-not-found': meteor('error-not-found'),
  banned: meteor('error-banned', 'Banned'),
  'blank-token': meteor('error-invalid-token', 'Token cannot be empty'),
  'cannot-delete-user': meteor('error-action-not-allowed', undefined, { method: 'deleteUser' }),
  'cannot-merge': plain(),
  'custom-field-not-allowed': plain(),
  'error-agent-status-service-offline': meteor(),
  'error-archived-department-cant-be-enabled': meteor(undefined, undefined, saveDepartment),
  'error-blocked-username': meteor(undefined, undefined, { method: 'insertOrUpdateUser' }),
  'error-comment-is-required': plain(),
  'error-contact-channel-blocked': plain(),
  'error-contact-manager-not-found': meteor(),
  'error-contact-not-found': plain(),
  'error-custom-field-name-already-exists': meteor(),
  'error-department-not-found': meteor(),
  'error-department-removal-disabled': plain(),
  'error-failed-to-start-conversation': plain(),
  'error-fallback-department-circular': meteor(),
  'error-fallback-department-not-found': meteor(undefined, undefined, saveDepartment),
  'error-field-unavailable': meteor(),
  'error-file-upload-disabled': asReason,
  'error-forwarding-chat': plain(),
  'error-forwarding-chat-same-department': plain(),
  'error-input-is-not-a-valid-field': meteor(),
  'error-inquiry-taken': meteor(),
  'error-invalid-contact-manager': meteor(),
  'error-invalid-custom-field-value': plain(),
  'error-invalid-customfield-json': meteor(),
  'error-invalid-department': plain(),
  'error-invalid-email': meteor(),
  'error-invalid-permission': returned,
  'error-invalid-role': returned,
  'error-invalid-setting-value': meteor(),
  'error-invalid-sort': meteor(),
  'error-invalid-status': meteor(),
  'error-invalid-user': meteor(),
  'error-invalid-webhook-response': plain(),
  'error-invalid-visitor': plain(),
  'error-livechat-visitor-registration': meteor(),
  'error-no-file-uploaded': asReason,
  'error-no-agents-online-in-department': plain(),
  'error-not-allowed-to-close-conversation': plain(),
  'error-omnichannel-is-disabled': meteor(),
  'error-room-is-not-closed': plain(),
  'error-room-onHold': plain(),
  'error-room-cannot-be-closed-try-again': plain(),
  'error-selected-agent-room-agent-are-same': plain(),
  'error-size-not-allowed': asReason,
  'error-status-not-allowed': meteor(),
  'error-tags-must-be-assigned-before-closing-chat': plain(),
  'error-transcript-already-requested': plain(),
  'error-transcript-not-requested': plain(),
  'error-type-not-allowed': asReason,
  'error-user-deactivated': plain(),
  'error-user-is-not-agent': plain(),
  'error-user-is-offline': plain(),
  'error-user-not-belong-to-department': plain(),
  'error-user-registration-custom-field': meteor(undefined, undefined, { method: 'registerUser' }),
  'error-validating-department-chat-closing-tags': meteor(undefined, undefined, saveDepartment),
  'error-token-already-exists': meteor(undefined, 'A token with this name already exists'),
  'error-token-does-not-exists': meteor(undefined, 'Token does not exist'),
  'erasure-not-found': meteor('error-not-found'),
  'inquiry-not-found': meteor('error-not-found'),
  'invalid-agent': plain(),
  'invalid-ban': plain(),
  'invalid-custom-field': plain(),
  'invalid-data': plain(),
  'invalid-identity': meteor(),
  'invalid-message': plain(),
  'invalid-room': plain(),
  'invalid-token': plain(),
  'message-too-long': plain(),
  'message-too-old': meteor('error-message-editing-blocked', undefined, updateMessage),
  'missing-required-custom-fields': plain(),
  'no-agent-online': meteor(),
  'not-allowed': plain(),
  'not-in-department': plain('error-not-authorized'),
  'offline-message-not-found': meteor('error-not-found'),
  'offline-message-not-sent': plain('Error sending Omnichannel offline message'),
  'room-closed': plain(),
  'status-change-disabled': meteor('error-not-allowed', 'Change status is not allowed'),
  'system-user-missing': plain('error-invalid-user'),
  'too-many-bans': plain(),
  'too-many-details': plain(),
  'too-many-goals': plain(),
  'too-many-webhooks': plain(),
  'trigger-not-found': plain('Trigger not found'),
  'visitor-has-open-rooms': meteor(),
  'visitor-not-found': plain(),
  'webhook-url-not-set': plain('Webhook_URL_not_set'),
};

const insertOrUpdateUser = { method: 'insertOrUpdateUser' };
const assignRole = { ...insertOrUpdateUser, action: 'Assign_role' };
const setStatus = { method: 'users.setStatus' };
const unreadableRoom = {
  'invalid-room': plain('error-invalid-room'),
  'not-allowed': plain('error-not-allowed'),
};
const closedConversation = plain('This_conversation_is_already_closed');
const noChannel = meteor(
  'error-room-not-found',
  'The required "roomId" or "roomName" param provided does not match any channel',
);
const noManager = {
  'error-contact-manager-not-found': plain('error-contact-manager-not-found'),
};
const ownMessage = { 'not-allowed': plain('error-action-not-allowed') };
const notAuthorized = { 'not-allowed': meteor('not-authorized', 'Not Authorized') };
const unknownParams = meteor(
  undefined,
  'The required "userId" or "username" param provided does not match any users',
);
const unknownUser = { 'error-invalid-user': plain('User not found') };

/** Different wordings for some codes, by operationId or, for methods, by name. */
export const wordingsByOperation: Readonly<Record<string, Wordings>> = {
  // Whoever may not read a room is not told that there is one.
  'channels-info': { 'invalid-room': noChannel, 'not-allowed': noChannel },
  'chat-delete': {
    'not-allowed': meteor('error-action-not-allowed', undefined, { method: 'deleteMessage' }),
  },
  'chat-post-message': {
    ...agentMessage,
    'invalid-room': meteor('invalid-channel'),
    'message-too-long': plain('error-message-size-exceeded'),
  },
  'chat-send-message': agentMessage,
  'chat-update': {
    'message-too-long': meteor('error-message-size-exceeded', undefined, updateMessage),
    'not-allowed': meteor('error-action-not-allowed', undefined, updateMessage),
  },
  'livechat-agent-status': {
    'error-invalid-user': { form: 'not-found', reason: 'Agent not found' },
    'not-allowed': forbidden,
  },
  'livechat-custom-fields-delete': { 'invalid-custom-field': plain('Custom field not found') },
  'livechat-custom-fields-save': {
    'error-custom-field-name-already-exists': plain('Custom Field already exists'),
    'invalid-custom-field': plain('Custom Field Not found'),
  },
  'livechat-department-archive': { 'error-department-not-found': plain('department-not-found') },
  'livechat-department-delete': { 'error-department-not-found': plain('error-department-not-found') },
  'livechat-department-put': { 'error-department-not-found': meteor(undefined, undefined, saveDepartment) },
  'livechat-department-unarchive': {
    'error-department-not-found': { form: 'meteor', code: 'department-not-found' },
  },
  'livechat-inquiries-take': { ...takenInquiry, 'error-invalid-user': plain('The user is invalid') },
  'livechat-message': { 'message-too-long': plain('message-length-exceeds-character-limit') },
  'livechat-message-delete': ownMessage,
  'livechat-message-put': ownMessage,
  'livechat-inquiries-return-as-inquiry': {
    'error-forwarding-chat': plain('error-returning-inquiry'),
    'invalid-room': plain('error-room-not-found'),
    'not-allowed': plain('error-not-allowed'),
  },
  'livechat-room-forward': { ...unreadableRoom, 'room-closed': closedConversation },
  'livechat-room-join': unreadableRoom,
  'livechat-room-save-info': { 'invalid-room': plain('error-invalid-room'), 'not-allowed': forbidden },
  'livechat-visitor-call-status': { 'invalid-token': meteor() },
  'livechat-room-close-by-user': {
    'invalid-room': plain('error-invalid-room'),
    'not-allowed': plain('error-not-authorized'),
    'room-closed': plain('error-room-already-closed'),
  },
  'livechat-rooms-delete': { 'invalid-room': plain('Invalid room') },
  'livechat-rooms': { 'not-allowed': forbidden },
  'livechat-transcript': { 'invalid-room': plain('error-invalid-room') },
  'livechat-transcript-rid': unreadableRoom,
  'livechat-transcript-rid-delete': unreadableRoom,
  'livechat-upload-rid': { 'invalid-room': forbidden, 'invalid-token': forbidden, 'room-closed': forbidden },
  'livechat-users-agent-delete': unknownUser,
  'livechat-users-agent-get': unknownUser,
  'livechat-users-agent-list': { 'not-allowed': forbidden },
  'livechat-users-manager-delete': unknownUser,
  'livechat-users-manager-get': unknownUser,
  'livechat-users-manager-list': { 'not-allowed': forbidden },
  'livechat-visitor': {
    'blank-token': meteor('error-invalid-token', 'Token cannot be empty', { method: 'livechat/visitor' }),
  },
  'livechat-visitor-delete': { 'invalid-token': meteor() },
  'livechat-visitor-department-transfer': {
    'error-forwarding-chat': plain('error-transfering-chat'),
    'invalid-room': plain('error-invalid-room'),
    'room-closed': closedConversation,
  },
  'livechat-visitor-get': { 'invalid-token': meteor() },
  'livechat-visitor-status': { 'invalid-token': meteor() },
  'livechat-visitors-chat-history': { 'not-allowed': plain('error-not-allowed') },
  'livechat-visitors-pages-visited': { 'not-allowed': plain('error-not-allowed') },
  'livechat-visitors-pages-visited-query': { 'not-allowed': plain('error-not-allowed') },
  'livechat-visitors-search-chats': { 'not-allowed': plain('error-not-allowed') },
  'omnichannel-contact-post': {
    'blank-token': meteor('error-invalid-contact-data', 'Invalid visitor token'),
  },
  'omnichannel-contacts-conflicts': noManager,
  'omnichannel-contacts-delete': {
    'error-contact-not-found': { form: 'not-found', reason: 'error-contact-not-found' },
    'visitor-has-open-rooms': plain('error-invalid-contact'),
  },
  'omnichannel-contacts-post': noManager,
  'omnichannel-contacts-update': noManager,
  'rooms-info': {
    'invalid-room': noChannel,
    'not-allowed': { form: 'returned', code: 'Not Allowed', reason: 'not-allowed' },
  },
  'users-generate-personal-access-token': notAuthorized,
  'users-get-personal-access-tokens': notAuthorized,
  'users-regenerate-personal-access-token': notAuthorized,
  'users-remove-personal-access-token': notAuthorized,
  'users-create': {
    'error-field-unavailable': meteor(undefined, undefined, insertOrUpdateUser),
    'error-input-is-not-a-valid-field': meteor(undefined, undefined, insertOrUpdateUser),
    'error-invalid-email': meteor(undefined, undefined, { function: 'RocketChat.saveUser' }),
    'error-invalid-role': meteor(
      'error-action-not-allowed',
      'The field Roles consist invalid role id',
      assignRole,
    ),
    'not-allowed': meteor('error-action-not-allowed', undefined, assignRole),
  },
  'users-delete': { 'error-invalid-user': unknownParams },
  'users-info': { 'error-invalid-user': plain('User not found.') },
  'users-set-status': {
    'error-invalid-status': meteor(undefined, undefined, setStatus),
    'error-invalid-user': unknownParams,
    'error-status-not-allowed': meteor(undefined, undefined, setStatus),
    'not-allowed': forbidden,
    'status-change-disabled': meteor('error-not-allowed', 'Change status is not allowed', setStatus),
  },
  ...wordingsByMethod,
};

/** A refusal by the domain in Rocket.Chat's words. */
export interface Refusal {
  readonly form: Form;
  readonly code: string;
  readonly reason: string | undefined;
  readonly details: object | undefined;
}

/**
 * Finds Rocket.Chat's words for a refusal.
 * @param operation the operationId, or a method's name.
 */
export function refusalOf(operation: string | undefined, error: AppError): Refusal {
  const own = operation === undefined ? undefined : wordingsByOperation[operation]?.[error.code];
  const { form, code = error.code, reason = error.reason, details } = own ?? defaultWordings[error.code];
  return { form, code, reason, details: details ? { ...details, ...error.details } : error.details };
}
