import { accountIndexes } from './accounts/account-indexes.ts';
import { contactIndexes } from './contacts/contact-indexes.ts';
import { customFieldIndexes } from './custom-fields/custom-field-indexes.ts';
import { messageIndexes } from './messages/message-indexes.ts';
import { callCounterIndexes } from './mongodb/call-counter-indexes.ts';
import type { Index } from './mongodb/index-definition.ts';
import { pageViewIndexes } from './pages/page-view-indexes.ts';
import { attachmentIndexes } from './rooms/attachment-indexes.ts';
import { roomIndexes } from './rooms/room-indexes.ts';
import { routingIndexes } from './routing/routing-indexes.ts';
import { visitorSearchIndexes } from './visitor-search/visitor-search-indexes.ts';
import { visitorIndexes } from './visitors/visitor-indexes.ts';

/**
 * Every index that the service's queries rely on, each listed beside the store that needs it.
 *
 * But for the unique ones, which MongoDB keeps apart from plain ones, each key differs from every key that Rocket.Chat
 * indexes: it creates its indexes all at once, and one that exists under another name would make all of them fail.
 */
export const indexes: readonly Index[] = [
  ...roomIndexes,
  ...attachmentIndexes,
  ...messageIndexes,
  ...routingIndexes,
  ...visitorIndexes,
  ...contactIndexes,
  ...customFieldIndexes,
  ...accountIndexes,
  ...pageViewIndexes,
  ...callCounterIndexes,
  ...visitorSearchIndexes,
];
