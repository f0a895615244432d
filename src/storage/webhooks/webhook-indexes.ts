import type { Index } from '../mongodb/index-definition.ts';
import { notedTagsCollection, webhookCollection } from './webhooks.ts';

/** The indexes for webhooks. */
export const webhookIndexes: readonly Index[] = [
  {
    collection: webhookCollection,
    name: 'foyer_webhook_token',
    key: { token: 1 },
    options: { unique: true },
    serves: 'whether a webhook has a token',
  },
  {
    collection: notedTagsCollection,
    name: 'foyer_noted_tags_expiry',
    key: { expireAt: 1 },
    options: { expireAfterSeconds: 0 },
    serves: 'the deletion of tags that were noted long ago',
  },
];
