import type { User } from './accounts/user.ts';
import type { Contact } from './contacts/contact.ts';
import type { Message } from './messages/message.ts';
import type { PageView } from './pages/page-view.ts';
import type { Inquiry } from './rooms/inquiry.ts';
import type { Room } from './rooms/room.ts';
import type { Subscription } from './rooms/subscription.ts';
import type { Visitor } from './visitors/visitor.ts';

/** The documents whose changes are announced. Users, agents among them, come without their credentials. */
export interface AnnouncedDocuments {
  readonly contact: Contact;
  readonly inquiry: Inquiry;
  readonly message: Message;
  readonly 'page-view': PageView;
  readonly room: Room;
  readonly subscription: Subscription;
  readonly user: User;
  readonly visitor: Visitor;
}

/** What an event is about. */
export type Subject = keyof AnnouncedDocuments;

/**
 * A document was stored or changed: `document` is as it was after that, or after a later change. Whether it is new the
 * event does not say, since a feed by date cannot tell. A visitor who was deleted is still there, with `disabled`.
 */
export type ChangedEvent = {
  [S in Subject]: {
    readonly kind: 'changed';
    readonly subject: S;
    readonly document: AnnouncedDocuments[S];
  };
}[Subject];

/**
 * A document is gone. With a room goes everything in it, of which nothing is said one by one; a page view that expired
 * counts as a message.
 */
export interface RemovedEvent {
  readonly kind: 'removed';
  readonly subject: Subject;
  readonly id: string;
  /** The room that it belonged to, where that is known. */
  readonly roomId?: string;
}

/** Some changes could not be told of: whoever keeps a picture of things reads it anew. */
export interface MissedEvent {
  readonly kind: 'missed';
}

/** What is announced: told after the database has acknowledged the write, each change once, in order per room. */
export type DomainEvent = ChangedEvent | RemovedEvent | MissedEvent;

/** Somebody who wants to know what changes. */
export interface EventListener {
  /** For the log. */
  readonly name: string;
  /** What to tell of; of what nobody listens to, nothing is read or followed. */
  readonly subjects: readonly Subject[];
  /**
   * Takes an event, the next one only after the promise is settled. Of events that wait for a slow listener a bounded
   * number is kept; where that is exceeded, one {@link MissedEvent} takes their place.
   */
  receive(event: DomainEvent): void | Promise<void>;
}

/** Where changes are listened to, whoever made them: this instance, another, or a Rocket.Chat on the same database. */
export interface EventSource {
  /** @returns what ends the listening: after it no event is handed over. */
  listen(listener: EventListener): () => void;
}

/** Where events are handed out. */
export interface EventSink {
  /** Whether anybody listens to the subject. */
  isHeard(subject: Subject): boolean;
  /** Hands an event to who listens to its subject; `bytes` is what it occupies in memory, roughly. */
  publish(event: DomainEvent, bytes: number): void;
}
