import type { Db } from 'mongodb';
import type { Clock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { VisitorWritten } from './domain/visitors/visitor.ts';
import { createContactStore } from './storage/contacts/contacts.ts';
import { createCustomFieldStore } from './storage/custom-fields/custom-fields.ts';
import { createAttachmentStore } from './storage/rooms/attachments.ts';
import { createGuestNumbers } from './storage/visitors/guest-numbers.ts';
import { tokenIndexName } from './storage/visitors/visitor-indexes.ts';
import { createVisitorStore } from './storage/visitors/visitors.ts';

export interface VisitorStoresOptions {
  readonly clock: Clock;
  /** The names of indexes that are not unique because of duplicates. */
  readonly nonUniqueIndexes: ReadonlySet<string>;
  readonly written: VisitorWritten;
}

/** The stores about visitors, their contacts and custom fields. */
export function createVisitorStores(
  db: Db,
  { clock, nonUniqueIndexes, written }: VisitorStoresOptions,
): Pick<Dependencies, 'attachments' | 'contacts' | 'customFields' | 'guestNumbers' | 'visitors'> {
  return {
    attachments: createAttachmentStore(db),
    contacts: createContactStore(db, clock),
    customFields: createCustomFieldStore(db, clock),
    guestNumbers: createGuestNumbers(db, clock),
    visitors: createVisitorStore(db, {
      clock,
      tokenIsUnique: !nonUniqueIndexes.has(tokenIndexName),
      written,
    }),
  };
}
