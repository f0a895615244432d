import type { Index } from '../mongodb/index-definition.ts';

/** The indexes for custom fields. */
export const customFieldIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_livechat_custom_field',
    name: 'foyer_custom_fields_of_scope',
    key: { scope: 1, _id: 1 },
    serves: 'the custom fields of visitors, and those of rooms',
  },
];
