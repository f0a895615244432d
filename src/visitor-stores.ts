import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Clock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { createContactBook } from './storage/contacts/contact-book.ts';
import { createContactStore } from './storage/contacts/contacts.ts';
import { createCustomFieldStore } from './storage/custom-fields/custom-fields.ts';
import { createErasureStore } from './storage/erasures/erasures.ts';
import type { Announcer } from './storage/feed/announcer.ts';
import type { IndexBuild } from './storage/mongodb/build-indexes.ts';
import { heldTableTiming } from './storage/text-search/held-table.ts';
import { createFurtherTokenStore } from './storage/visitors/further-tokens.ts';
import { createGuestNumbers } from './storage/visitors/guest-numbers.ts';
import { createIdentityStore } from './storage/visitors/identities.ts';
import { createPendingJoins } from './storage/visitors/pending-joins.ts';
import { createPresenceStore } from './storage/visitors/presence.ts';
import { tokenIndexName } from './storage/visitors/visitor-indexes.ts';
import { createVisitorStore, visitorCollection } from './storage/visitors/visitors.ts';

export interface VisitorStoresOptions {
  readonly clock: Clock;
  readonly indexBuild: Pick<IndexBuild, 'isUnique'>;
  readonly announcer: Announcer;
}

/** Searches for contacts take as long without their names as reading these. */
const contactWaitMs = 20_000;

/** The stores about visitors, their contacts and custom fields. */
export function createVisitorStores(
  db: Db,
  { clock, indexBuild, announcer }: VisitorStoresOptions,
): Pick<
  Dependencies,
  | 'contactBook'
  | 'contacts'
  | 'customFields'
  | 'erasures'
  | 'furtherTokens'
  | 'guestNumbers'
  | 'identities'
  | 'pendingJoins'
  | 'presence'
  | 'visitors'
> {
  const contactReporter = announcer.reporterFor('rocketchat_livechat_contact');
  const furtherTokens = createFurtherTokenStore(db, clock);
  return {
    contactBook: createContactBook(db, {
      clock,
      reporter: contactReporter,
      textTiming: heldTableTiming(clock, contactWaitMs),
    }),
    contacts: createContactStore(db, clock, contactReporter),
    customFields: createCustomFieldStore(db, clock),
    erasures: createErasureStore(db),
    furtherTokens,
    guestNumbers: createGuestNumbers(db, clock),
    identities: createIdentityStore(db),
    pendingJoins: createPendingJoins(db),
    presence: createPresenceStore(db, clock, randomUUID()),
    visitors: createVisitorStore(db, {
      clock,
      furtherTokens,
      tokenIsUnique: () => indexBuild.isUnique(tokenIndexName),
      reporter: announcer.reporterFor(visitorCollection),
    }),
  };
}
