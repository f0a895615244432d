import type { Index } from '../mongodb/index-definition.ts';
import { visitorDetailsCollection } from './visitor-details.ts';

/** The index for details of visitors. */
export const visitorDetailsIndexes: readonly Index[] = [
  {
    collection: visitorDetailsCollection,
    name: 'foyer_visitor_details_of_visitor',
    key: { recordId: 1, name: 1 },
    serves: "a visitor's details, by name",
  },
];
