import type { Index } from '../mongodb/index-definition.ts';
import { offlineMessageCollection } from './offline-messages.ts';

/** The indexes for offline messages. */
export const offlineMessageIndexes: readonly Index[] = [
  {
    collection: offlineMessageCollection,
    name: 'foyer_offline_message_number',
    key: { number: 1 },
    options: { unique: true },
    serves: 'a message by its public number; the newest messages',
  },
  {
    collection: offlineMessageCollection,
    name: 'foyer_offline_message_repeat',
    key: { repeatKey: 1 },
    options: { unique: true },
    serves: 'that equal messages are stored once',
  },
  {
    collection: offlineMessageCollection,
    name: 'foyer_offline_messages_of_visitor',
    key: { visitorNumber: 1 },
    serves: 'what a visitor left',
  },
];
