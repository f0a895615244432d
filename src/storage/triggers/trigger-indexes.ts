import type { Index } from '../mongodb/index-definition.ts';

/** The indexes for triggers. */
export const triggerIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_livechat_trigger',
    name: 'foyer_enabled_triggers',
    key: { enabled: 1, _id: 1 },
    serves: 'the triggers that the widget gets',
  },
];
