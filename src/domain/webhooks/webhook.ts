/** The events that receivers can ask for: those of LiveChat's that happen here. */
export const webhookEvents = [
  'chat_started',
  'chat_ended',
  'chat_changed',
  'visitor_queued',
  'ticket_created',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** What can be told with an event. */
export type WebhookDataType = 'chat' | 'visitor' | 'pre_chat_survey' | 'ticket';

/** What may be told with each event, as LiveChat allows it. */
export const dataTypesOf: Readonly<Record<WebhookEvent, readonly WebhookDataType[]>> = {
  chat_started: ['chat', 'visitor', 'pre_chat_survey'],
  chat_ended: ['chat', 'visitor', 'pre_chat_survey'],
  chat_changed: ['chat', 'visitor'],
  visitor_queued: ['visitor'],
  ticket_created: ['ticket'],
};

/** Somebody who is told of events: a document of `foyer_webhook`. */
export interface Webhook {
  /** 32 hexadecimal characters. */
  readonly _id: string;
  readonly event: WebhookEvent;
  /** In the order in which they were asked for. */
  readonly dataTypes: readonly WebhookDataType[];
  readonly url: string;
  /** 32 hexadecimal characters: sent with each event, and asked for when details of visitors are added. */
  readonly token: string;
  readonly createdAt: Date;
}

export interface WebhookStore {
  /** All webhooks, the oldest first; there are never many. */
  list(): Promise<Webhook[]>;
  /** False if there are too many. */
  add(webhook: Webhook): Promise<boolean>;
  /** False if there is none with the id. */
  remove(id: string): Promise<boolean>;
  /** Whether a webhook has the token. */
  hasToken(token: string): Promise<boolean>;
  /** How often a room's tags have changed, if they are others than noted; undefined if they are not. */
  tagsVersion(roomId: string, tags: readonly string[]): Promise<number | undefined>;
  /** Notes a room's tags, once everyone who asks for it has been told of the change. */
  noteTags(roomId: string, tags: readonly string[], version: number, at: Date): Promise<void>;
  /** Forgets the tags of rooms that are deleted. */
  forgetTags(roomIds: readonly string[]): Promise<void>;
}
