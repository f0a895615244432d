import type { Collection, Db } from 'mongodb';
import type { UsedCodeStore } from '../../domain/accounts/second-factor.ts';
import { insertNew } from '../mongodb/insert-new.ts';

interface UsedCode {
  /** The user's `_id` and the half minute that the code is for. */
  readonly _id: string;
  readonly at: Date;
}

/** Used codes in `foyer_used_login_code`. A TTL index removes them when they would no longer be valid anyway. */
export function createUsedCodeStore(db: Db): UsedCodeStore {
  const collection: Collection<UsedCode> = db.collection('foyer_used_login_code');
  return {
    useOnce: (userId, timeStep, at) => insertNew(collection, { _id: `${userId}:${timeStep}`, at }),
  };
}
