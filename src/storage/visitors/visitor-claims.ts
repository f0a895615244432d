import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { VisitorKey } from '../../domain/visitors/visitor.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** Which visitor a key is going to belong to, while it is being registered. Forgotten after an hour by a TTL index. */
interface Claim {
  /** The kind of the key, and a digest of it: what identifies a person is not kept twice. */
  readonly _id: string;
  readonly visitorId: string;
  readonly at: Date;
}

export interface Claimed {
  /** The `_id` of the visitor for whom the key is claimed. */
  readonly visitorId: string;
  /** Whether the registration that made the claim may still be under way. */
  readonly isRecent: boolean;
}

/** A registration takes milliseconds; one that has not ended by now never will. */
const registrationMs = 5_000;

/**
 * Agrees between registrations that race, in this process or another, on the `_id` that the visitor with a key is to
 * have. See docs/adr/0004-visitor-uniqueness.md.
 */
export interface VisitorClaims {
  /** Claims the key for the visitor, unless it is claimed: tells for whom it is. */
  claim(key: VisitorKey, visitorId: string): Promise<Claimed>;
  /** Takes the key over from a visitor who no longer holds it; false where another was faster. */
  takeOver(key: VisitorKey, from: string, visitorId: string): Promise<boolean>;
}

/** Claims in `foyer_visitor_claim`: one document for a key, whoever comes first. */
export function createVisitorClaims(db: Db, clock: Clock): VisitorClaims {
  const collection: Collection<Claim> = db.collection('foyer_visitor_claim');
  return {
    async claim(key, visitorId) {
      const _id = claimId(key);
      if (await insertNew(collection, { _id, visitorId, at: clock() })) return { visitorId, isRecent: true };
      const claim = await collection.findOne({ _id });
      // The claim ran out in between: whoever looks again finds the key free or held.
      if (!claim) return { visitorId, isRecent: true };
      return {
        visitorId: claim.visitorId,
        isRecent: clock().getTime() - claim.at.getTime() < registrationMs,
      };
    },
    async takeOver(key, from, visitorId) {
      const change = { $set: { visitorId, at: clock() } };
      const { modifiedCount } = await collection.updateOne({ _id: claimId(key), visitorId: from }, change);
      return modifiedCount === 1;
    },
  };
}

const claimId = ({ kind, value }: VisitorKey): string =>
  `${kind}:${createHash('sha256').update(value).digest('base64url')}`;
