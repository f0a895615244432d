import { accountIndexes } from './accounts/account-indexes.ts';
import { banIndexes } from './bans/ban-indexes.ts';
import { contactIndexes } from './contacts/contact-indexes.ts';
import { customFieldIndexes } from './custom-fields/custom-field-indexes.ts';
import { deliveryIndexes } from './deliveries/delivery-indexes.ts';
import { erasureIndexes } from './erasures/erasure-indexes.ts';
import { feedIndexes } from './feed/feed-indexes.ts';
import { jobIndexes } from './jobs/job-indexes.ts';
import { messageIndexes } from './messages/message-indexes.ts';
import { callCounterIndexes } from './mongodb/call-counter-indexes.ts';
import type { Index, IndexName } from './mongodb/index-definition.ts';
import { offlineMessageIndexes } from './offline-messages/offline-message-indexes.ts';
import { pageViewIndexes } from './pages/page-view-indexes.ts';
import { attachmentIndexes, retiredAttachmentIndexes } from './rooms/attachment-indexes.ts';
import { retiredRoomIndexes, roomIndexes } from './rooms/room-indexes.ts';
import { routingIndexes } from './routing/routing-indexes.ts';
import { triggerIndexes } from './triggers/trigger-indexes.ts';
import { visitorDetailsIndexes } from './visitor-details/visitor-details-indexes.ts';
import { retiredSearchCollections, visitorSearchIndexes } from './visitor-search/visitor-search-indexes.ts';
import { visitorIndexes } from './visitors/visitor-indexes.ts';
import { visitIndexes } from './visits/visit-indexes.ts';
import { webhookIndexes } from './webhooks/webhook-indexes.ts';

/**
 * Every index that the service's queries rely on, each defined next to the store that needs it. On a large database
 * they are built in this order.
 *
 * Except for the unique ones, which MongoDB distinguishes from plain ones, no key is the same as one that Rocket.Chat
 * indexes: Rocket.Chat creates its indexes in one command, which fails as a whole if one of them already exists under
 * another name.
 */
export const indexes: readonly Index[] = [
  ...visitorIndexes,
  ...visitorSearchIndexes,
  ...roomIndexes,
  ...attachmentIndexes,
  ...messageIndexes,
  ...routingIndexes,
  ...contactIndexes,
  ...customFieldIndexes,
  ...accountIndexes,
  ...pageViewIndexes,
  ...jobIndexes,
  ...callCounterIndexes,
  ...feedIndexes,
  ...visitIndexes,
  ...banIndexes,
  ...deliveryIndexes,
  ...erasureIndexes,
  ...offlineMessageIndexes,
  ...visitorDetailsIndexes,
  ...triggerIndexes,
  ...webhookIndexes,
];

/**
 * Indexes that earlier releases created; they are dropped, since some would refuse what is right now, and none serves.
 */
export const retiredIndexes: readonly IndexName[] = [...retiredRoomIndexes, ...retiredAttachmentIndexes];

/** Collections that earlier releases created; they are dropped with their indexes. */
export const retiredCollections: readonly string[] = retiredSearchCollections;
