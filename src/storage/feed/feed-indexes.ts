import type { Index } from '../mongodb/index-definition.ts';

const followed = [
  'rocketchat_livechat_contact',
  'rocketchat_livechat_inquiry',
  'rocketchat_message',
  'rocketchat_permissions',
  'rocketchat_room',
  'rocketchat_settings',
  'rocketchat_subscription',
  'users',
] as const;

/** What the feed relies on, where a change stream cannot tell it; visitors have the same index for their search. */
export const feedIndexes: readonly Index[] = followed.map((collection) => ({
  collection,
  name: 'foyer_updated',
  key: { _updatedAt: 1, _id: 1 },
  serves: 'what somebody wrote lately',
}));
