import type { Abortable, Collection, FindOptions, IndexSpecification } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { lacksIndex } from '../mongodb/client.ts';

/** What a visitor can be looked up by, as long as not all are in memory. */
export type ExactField = 'visitorEmails.address' | 'phone.phoneNumber' | 'username';

/** The keys of the indexes that serve it: Foyer's and, which serves while that is being built, Rocket.Chat's. */
const indexKeys: Readonly<Record<ExactField, readonly IndexSpecification[]>> = {
  'visitorEmails.address': [{ 'visitorEmails.address': 1, _id: 1 }, { 'visitorEmails.address': 1 }],
  'phone.phoneNumber': [{ 'phone.phoneNumber': 1, ts: 1 }, { 'phone.phoneNumber': 1 }],
  username: [{ username: 1, _id: 1 }, { username: 1 }],
};

/**
 * The visitors who have one of the values in the field, to the letter. Nobody while no index serves that: reading all
 * visitors would take long, and hold up the index.
 */
export async function* findExactly(
  visitors: Collection<Visitor>,
  field: ExactField,
  values: readonly string[],
  options: FindOptions & Abortable,
): AsyncGenerator<Visitor> {
  for (const hint of indexKeys[field]) {
    try {
      yield* visitors.find({ [field]: { $in: [...values] } }, { ...options, hint });
      return;
    } catch (error) {
      if (!lacksIndex(error)) throw error;
    }
  }
}
