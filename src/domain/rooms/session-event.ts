import type { ServedBy } from './room.ts';

/** What Rocket.Chat's webhook tells of, by the names that it has there. */
export type SessionEventType =
  | 'LivechatSessionStart'
  | 'LivechatSessionQueued'
  | 'LivechatSessionTaken'
  | 'LivechatSessionForwarded'
  | 'LivechatSession'
  | 'LivechatEdit'
  | 'Message'
  | 'LeadCapture'
  | 'LivechatOfflineMessage';

/** Something that happened, as the queue keeps it: by ids, so that what people said is stored in one place only. */
export interface SessionEvent {
  readonly type: SessionEventType;
  /** The `_id` of the room or, of a `LivechatOfflineMessage`, that of the message. */
  readonly subjectId: string;
  readonly at: Date;
  /** What was written, and by whom. */
  readonly message?: { readonly id: string; readonly by: 'visitor' | 'agent' };
  /** Of a forwarded conversation: who served it before, or the department in which it was. */
  readonly oldServedBy?: ServedBy;
  readonly oldDepartmentId?: string;
}

/**
 * Queues an event for the receiver at `Livechat_webhookUrl`, if the settings ask for events of its type. An event that
 * is told again is queued once. What Rocket.Chat does beside Foyer it tells by itself.
 */
export type TellOfSession = (event: SessionEvent) => Promise<void>;
