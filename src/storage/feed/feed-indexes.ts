import type { Index } from '../mongodb/index-definition.ts';

const names: Readonly<Record<string, Index['name']>> = {
  foyer_typing: 'foyer_typing_updated',
  foyer_visitor_details: 'foyer_visitor_details_updated',
  rocketchat_livechat_contact: 'foyer_contacts_updated',
  rocketchat_livechat_inquiry: 'foyer_inquiries_updated',
  rocketchat_message: 'foyer_messages_updated',
  rocketchat_permissions: 'foyer_permissions_updated',
  rocketchat_room: 'foyer_rooms_updated',
  rocketchat_settings: 'foyer_settings_updated',
  rocketchat_subscription: 'foyer_subscriptions_updated',
  users: 'foyer_users_updated',
};

/** For what a change stream cannot tell of; visitors have the same index for their search. */
export const feedIndexes: readonly Index[] = Object.entries(names).map(([collection, name]) => ({
  collection,
  name,
  key: { _updatedAt: 1, _id: 1 },
  serves: 'what somebody wrote lately',
}));
