/**
 * Every way in which the domain refuses a request: one code per meaning. The names are Rocket.Chat's if it has one;
 * if it has several for one meaning, they are in its dialect's own table.
 */
export type AppErrorCode =
  | 'agent-not-found'
  | 'ban-not-found'
  | 'banned'
  | 'blank-token'
  | 'cannot-delete-user'
  | 'cannot-merge'
  | 'custom-field-not-allowed'
  | 'error-agent-status-service-offline'
  | 'error-archived-department-cant-be-enabled'
  | 'error-blocked-username'
  | 'error-comment-is-required'
  | 'error-contact-channel-blocked'
  | 'error-contact-manager-not-found'
  | 'error-contact-not-found'
  | 'error-custom-field-name-already-exists'
  | 'error-department-not-found'
  | 'error-department-removal-disabled'
  | 'error-failed-to-start-conversation'
  | 'error-fallback-department-circular'
  | 'error-fallback-department-not-found'
  | 'error-field-unavailable'
  | 'error-file-upload-disabled'
  | 'error-forwarding-chat'
  | 'error-forwarding-chat-same-department'
  | 'error-input-is-not-a-valid-field'
  | 'error-inquiry-taken'
  | 'error-invalid-contact-manager'
  | 'error-invalid-custom-field-value'
  | 'error-invalid-customfield-json'
  | 'error-invalid-department'
  | 'error-invalid-email'
  | 'error-invalid-permission'
  | 'error-invalid-role'
  | 'error-invalid-setting-value'
  | 'error-invalid-sort'
  | 'error-invalid-status'
  | 'error-invalid-user'
  | 'error-invalid-webhook-response'
  | 'error-invalid-visitor'
  | 'error-livechat-visitor-registration'
  | 'error-no-file-uploaded'
  | 'error-no-agents-online-in-department'
  | 'error-not-allowed-to-close-conversation'
  | 'error-omnichannel-is-disabled'
  | 'error-room-is-not-closed'
  | 'error-room-onHold'
  | 'error-room-cannot-be-closed-try-again'
  | 'error-selected-agent-room-agent-are-same'
  | 'error-size-not-allowed'
  | 'error-status-not-allowed'
  | 'error-token-already-exists'
  | 'error-token-does-not-exists'
  | 'error-transcript-already-requested'
  | 'error-transcript-not-requested'
  | 'error-tags-must-be-assigned-before-closing-chat'
  | 'error-type-not-allowed'
  | 'error-user-deactivated'
  | 'error-user-is-not-agent'
  | 'error-user-is-offline'
  | 'error-user-not-belong-to-department'
  | 'error-user-registration-custom-field'
  | 'error-validating-department-chat-closing-tags'
  | 'erasure-not-found'
  | 'inquiry-not-found'
  | 'invalid-agent'
  | 'invalid-ban'
  | 'invalid-custom-field'
  | 'invalid-data'
  | 'invalid-identity'
  | 'invalid-message'
  | 'invalid-room'
  | 'invalid-token'
  | 'message-too-long'
  | 'message-too-old'
  | 'missing-required-custom-fields'
  | 'no-agent-online'
  | 'not-allowed'
  | 'not-in-department'
  | 'offline-message-not-found'
  | 'offline-message-not-sent'
  | 'room-closed'
  | 'status-change-disabled'
  | 'system-user-missing'
  | 'too-many-bans'
  | 'too-many-details'
  | 'too-many-goals'
  | 'too-many-webhooks'
  | 'trigger-not-found'
  | 'visitor-has-open-rooms'
  | 'visitor-not-found'
  | 'webhook-url-not-set';

export interface AppErrorOptions extends ErrorOptions {
  /** A sentence for people; Rocket.Chat puts it before the code. */
  readonly reason?: string;
  /** What the refusal concerns: the field, the value. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A refusal that the caller is told about. Any other error is a fault of the service. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: AppErrorCode;
  readonly reason: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: AppErrorCode, options: AppErrorOptions = {}) {
    super(options.reason ?? code, options);
    this.code = code;
    this.reason = options.reason;
    this.details = options.details;
  }
}

/**
 * A failure of the database that is not a fault of the service: it is unreachable, or a stored document does not have
 * the form that a change of it requires.
 */
export type DatabaseFault = 'unavailable' | 'unsuitable-document';

/** The database cannot be reached or does not answer in time; the client may try again. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError';
}

/** Too much of the same work is waiting; the client may try again. */
export class OverloadedError extends Error {
  override name = 'OverloadedError';
}
