import type { Index } from '../mongodb/index-definition.ts';
import { deliveryCollection } from './deliveries.ts';

/** The indexes for deliveries. */
export const deliveryIndexes: readonly Index[] = [
  {
    collection: deliveryCollection,
    name: 'foyer_delivery_due',
    key: { dueAt: 1 },
    options: { sparse: true },
    serves: 'the delivery that has been due longest',
  },
  {
    collection: deliveryCollection,
    name: 'foyer_deliveries_about',
    key: { 'content.about': 1 },
    options: { sparse: true },
    serves: 'the events of a room or an offline message that is deleted',
  },
  {
    collection: deliveryCollection,
    name: 'foyer_delivery_expiry',
    key: { expireAt: 1 },
    options: { expireAfterSeconds: 0 },
    serves: 'the deletion of what was delivered or given up',
  },
];
