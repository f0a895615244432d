import type { User } from './accounts/user.ts';
import type { Contact } from './contacts/contact.ts';
import type { Message } from './messages/message.ts';
import type { PageView } from './pages/page-view.ts';
import type { Inquiry } from './rooms/inquiry.ts';
import type { Room } from './rooms/room.ts';
import type { Subscription } from './rooms/subscription.ts';
import type { Typing } from './rooms/typing.ts';
import type { StoredDetailSet } from './visitor-details/visitor-details.ts';
import type { Visitor } from './visitors/visitor.ts';

/** The documents whose changes are announced. Users, including agents, come without their credentials. */
export interface AnnouncedDocuments {
  readonly contact: Contact;
  readonly inquiry: Inquiry;
  readonly message: Message;
  readonly 'page-view': PageView;
  readonly room: Room;
  readonly subscription: Subscription;
  readonly typing: Typing;
  readonly user: User;
  readonly visitor: Visitor;
  readonly 'visitor-details': StoredDetailSet;
}

/** What an event concerns. */
export type Subject = keyof AnnouncedDocuments;

/**
 * A document was stored or changed. `document` is as it was after that, or after a later change. The event does not
 * say whether it is new, since a feed by date cannot know. A deleted visitor is still there, with `disabled`.
 */
export type ChangedEvent = {
  [S in Subject]: {
    readonly kind: 'changed';
    readonly subject: S;
    readonly document: AnnouncedDocuments[S];
  };
}[Subject];

/**
 * A document was removed. When a room is removed, its contents are too, without an event for each; an expired page
 * view counts as a message.
 */
export interface RemovedEvent {
  readonly kind: 'removed';
  readonly subject: Subject;
  readonly id: string;
  /** The room that it belonged to, if known. */
  readonly roomId?: string;
}

/** Some changes could not be announced: whoever keeps a copy of anything must read it again. */
export interface MissedEvent {
  readonly kind: 'missed';
}

/** What is announced: each change once, after the database has acknowledged the write, and in order per room. */
export type DomainEvent = ChangedEvent | RemovedEvent | MissedEvent;

/** A listener for changes. */
export interface EventListener {
  /** For the log. */
  readonly name: string;
  /** The subjects to announce; subjects without listeners are neither read nor followed. */
  readonly subjects: readonly Subject[];
  /**
   * Receives an event; the next one follows when the promise has settled. A limited number of events waits for a slow
   * listener; beyond that, one {@link MissedEvent} replaces them.
   */
  receive(event: DomainEvent): void | Promise<void>;
}

/** A source of changes, whoever made them: this instance, another, or a Rocket.Chat on the same database. */
export interface EventSource {
  /** @returns a function that stops listening; no event is delivered after that. */
  listen(listener: EventListener): () => void;
}

/** Delivers events to listeners. */
export interface EventSink {
  /** Whether anybody listens for the subject. */
  hasListener(subject: Subject): boolean;
  /** Delivers an event to the listeners for its subject; `bytes` is roughly its size in memory. */
  publish(event: DomainEvent, bytes: number): void;
}
