import type { Db } from 'mongodb';
import type { Clock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { Announcer } from './storage/feed/announcer.ts';
import { createMessageStore } from './storage/messages/messages.ts';
import type { IndexBuild } from './storage/mongodb/build-indexes.ts';
import { createAttachmentStore } from './storage/rooms/attachments.ts';
import { createChatSummaries } from './storage/rooms/chat-summaries.ts';
import { createInquiryStore } from './storage/rooms/inquiries.ts';
import { createRoomActivityStore } from './storage/rooms/room-activity.ts';
import { createRoomDetails } from './storage/rooms/room-details.ts';
import { openRoomIndexName } from './storage/rooms/room-indexes.ts';
import { createRoomSearch } from './storage/rooms/room-search.ts';
import { createRoomTables } from './storage/rooms/room-tables.ts';
import { createRoomTranscripts } from './storage/rooms/room-transcripts.ts';
import { createRoomTransfers } from './storage/rooms/room-transfers.ts';
import { createRoomStore } from './storage/rooms/rooms.ts';
import { createSubscriptionStore } from './storage/rooms/subscriptions.ts';
import { createTypingStore } from './storage/rooms/typing.ts';
import { createDepartmentStore } from './storage/routing/departments.ts';
import { createRoutingStore } from './storage/routing/routing.ts';
import { heldTableTiming } from './storage/text-search/held-table.ts';
import { createTriggerStore } from './storage/triggers/triggers.ts';

type RoomDependencies =
  | 'attachments'
  | 'chatSummaries'
  | 'departments'
  | 'inquiries'
  | 'messages'
  | 'roomActivity'
  | 'roomSearch'
  | 'roomDetails'
  | 'roomTranscripts'
  | 'roomTransfers'
  | 'rooms'
  | 'routing'
  | 'subscriptions'
  | 'triggers'
  | 'typing';

export interface RoomStoresOptions {
  readonly clock: Clock;
  readonly announcer: Announcer;
  readonly indexBuild: Pick<IndexBuild, 'isUnique'>;
}

/** A search for rooms waits no longer until they have been read; of a million, that takes half a minute. */
const roomWaitMs = 1_000;

/** The stores for rooms, their contents and who serves them. */
export function createRoomStores(
  db: Db,
  { clock, announcer, indexBuild }: RoomStoresOptions,
): Pick<Dependencies, RoomDependencies> {
  return {
    attachments: createAttachmentStore(db, clock),
    chatSummaries: createChatSummaries(db),
    departments: createDepartmentStore(db),
    inquiries: createInquiryStore(db, clock, announcer.reporterFor('rocketchat_livechat_inquiry')),
    messages: createMessageStore(db, clock, announcer.reporterFor('rocketchat_message')),
    roomActivity: createRoomActivityStore(db, clock, announcer.reporterFor('rocketchat_room')),
    roomDetails: createRoomDetails(db, clock, announcer.reporterFor('rocketchat_room')),
    roomSearch: createRoomSearch(
      db,
      createRoomTables(db.collection('rocketchat_room'), heldTableTiming(clock, roomWaitMs)),
    ),
    roomTranscripts: createRoomTranscripts(db, clock, announcer.reporterFor('rocketchat_room')),
    roomTransfers: createRoomTransfers(db, clock, announcer.reporterFor('rocketchat_room')),
    rooms: createRoomStore(db, {
      clock,
      reporter: announcer.reporterFor('rocketchat_room'),
      openRoomIsUnique: () => indexBuild.isUnique(openRoomIndexName),
    }),
    routing: createRoutingStore(db, announcer.reporterFor('users')),
    subscriptions: createSubscriptionStore(db, clock, announcer.reporterFor('rocketchat_subscription')),
    typing: createTypingStore(db, clock, announcer.reporterFor('foyer_typing')),
    triggers: createTriggerStore(db),
  };
}
