import type { Document } from 'mongodb';
import type { ChangedEvent, Subject } from '../../domain/events.ts';

/** A collection whose changes are announced. */
export interface AnnouncedCollection {
  readonly name: string;
  /** What its documents are; a document that is gone counts as the first. */
  readonly subjects: readonly [Subject, ...Subject[]];
  /** The event of a document as it is stored; null for one that is none of Foyer's, as the rooms of teams are. */
  eventOf(document: Document): ChangedEvent | null;
  /**
   * The room on which it depends whether the document is Foyer's, since the document itself does not tell; undefined
   * where it does.
   */
  roomToCheck?(document: Document): string | undefined;
}
