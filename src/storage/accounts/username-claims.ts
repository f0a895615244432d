import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** The `_id` that the user with a name will have. A TTL index removes it after an hour. */
interface Claim {
  /** The name with its case folded. */
  readonly _id: string;
  readonly userId: string;
  readonly at: Date;
}

/**
 * Lets requests that create users agree on the `_id` of the user with a name, whatever its case. No unique index can
 * refuse `Admin` beside `admin`; but if both are stored under one `_id`, the second one is refused. Visitors are
 * claimed in the same way (docs/adr/0004-visitor-uniqueness.md).
 */
export interface UsernameClaims {
  /** Claims the name for a user, unless it is claimed; returns the `_id` of the user who has it. */
  claim(username: string, userId: string): Promise<string>;
  /** Takes the claim over from a user who has another name now, unless another request got there first. */
  takeOver(username: string, from: string, userId: string): Promise<void>;
  /** Ends a user's claim. */
  release(username: string, userId: string): Promise<void>;
}

/** Claims in `foyer_username_claim`: one document per name, whoever comes first. */
export function createUsernameClaims(db: Db, clock: Clock): UsernameClaims {
  const claims: Collection<Claim> = db.collection('foyer_username_claim');
  const claim = async (username: string, userId: string): Promise<string> => {
    const _id = foldCase(username);
    if (await insertNew(claims, { _id, userId, at: clock() })) return userId;
    // A claim that has expired in between is made anew.
    return (await claims.findOne({ _id }))?.userId ?? claim(username, userId);
  };
  return {
    claim,
    async takeOver(username, from, userId) {
      await claims.updateOne({ _id: foldCase(username), userId: from }, { $set: { userId, at: clock() } });
    },
    async release(username, userId) {
      await claims.deleteOne({ _id: foldCase(username), userId });
    },
  };
}
