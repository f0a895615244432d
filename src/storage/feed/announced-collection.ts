import type { Document } from 'mongodb';
import type { ChangedEvent, Subject } from '../../domain/events.ts';

/** A collection whose changes are announced. */
export interface AnnouncedCollection {
  readonly name: string;
  /** The subjects of its documents; a removed document counts as the first. */
  readonly subjects: readonly [Subject, ...Subject[]];
  /**
   * The paths that matter to nobody who follows the collection: an update that changes no others is not announced, if
   * the feed tells which it changed.
   */
  readonly immaterial?: RegExp;
  /** The event about a stored document; null for one that is not Foyer's, such as a team's room. */
  eventOf(document: Document): ChangedEvent | null;
  /**
   * The room that decides whether the document is Foyer's, if the document itself does not tell; undefined if it
   * does.
   */
  roomToCheck?(document: Document): string | undefined;
  /**
   * Fields that new documents of a subject have, and no others: as long as nobody listens for the subject, nobody is
   * told of these.
   */
  readonly fieldsOfNew?: { readonly [S in Subject]?: Document };
}
