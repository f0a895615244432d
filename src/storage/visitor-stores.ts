import type { Db } from 'mongodb';
import type { Clock } from '../domain/clock.ts';
import type { Dependencies } from '../domain/dependencies.ts';
import type { VisitorWritten } from '../domain/visitor.ts';
import { createAttachmentStore } from './attachments.ts';
import { createContactStore } from './contacts.ts';
import { createCustomFieldStore } from './custom-fields.ts';
import { createGuestNumbers } from './guest-numbers.ts';
import { tokenIndexName } from './visitor-indexes.ts';
import { createVisitorStore } from './visitors.ts';

export interface VisitorStoresOptions {
  readonly clock: Clock;
  /** The names of indexes that duplicates kept from being unique. */
  readonly notUnique: ReadonlySet<string>;
  readonly written: VisitorWritten;
}

/** What is stored of visitors, their contacts and custom fields. */
export function createVisitorStores(
  db: Db,
  { clock, notUnique, written }: VisitorStoresOptions,
): Pick<Dependencies, 'attachments' | 'contacts' | 'customFields' | 'guestNumbers' | 'visitors'> {
  return {
    attachments: createAttachmentStore(db),
    contacts: createContactStore(db, clock),
    customFields: createCustomFieldStore(db, clock),
    guestNumbers: createGuestNumbers(db, clock),
    visitors: createVisitorStore(db, { clock, tokenIsUnique: !notUnique.has(tokenIndexName), written }),
  };
}
