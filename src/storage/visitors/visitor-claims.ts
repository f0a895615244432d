import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { VisitorKey } from '../../domain/visitors/visitor.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/**
 * The visitor that a key will belong to, while a registration is in progress. A TTL index removes it after an hour.
 */
interface Claim {
  /** The kind of key and a digest of it, so that personal data are not stored twice. */
  readonly _id: string;
  readonly visitorId: string;
  readonly at: Date;
}

export interface Claimed {
  /** The `_id` of the visitor that the key is claimed for. */
  readonly visitorId: string;
  /** Whether the registration that made the claim may still be in progress. */
  readonly isRecent: boolean;
}

/** A registration takes milliseconds; if it has not finished by now, it never will. */
const registrationMs = 5_000;

/**
 * Lets competing registrations, in this process or in others, agree on the `_id` of the visitor with a key. See
 * docs/adr/0004-visitor-uniqueness.md.
 */
export interface VisitorClaims {
  /** Claims the key for the visitor, unless it is claimed; returns who has it. */
  claim(key: VisitorKey, visitorId: string): Promise<Claimed>;
  /** Takes the claim over from a visitor who no longer has the key; false if another registration got there first. */
  takeOver(key: VisitorKey, from: string, visitorId: string): Promise<boolean>;
  /** Deletes the visitor's claims of these keys; returns how many there were. */
  deleteOf(visitorId: string, keys: readonly VisitorKey[]): Promise<number>;
}

/** Claims in `foyer_visitor_claim`: one document per key, whoever comes first. */
export function createVisitorClaims(db: Db, clock: Clock): VisitorClaims {
  const collection: Collection<Claim> = db.collection('foyer_visitor_claim');
  return {
    async claim(key, visitorId) {
      const _id = claimId(key);
      if (await insertNew(collection, { _id, visitorId, at: clock() })) return { visitorId, isRecent: true };
      const claim = await collection.findOne({ _id });
      // The claim expired in between: looking again will find the key either free or taken.
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
    async deleteOf(visitorId, keys) {
      return (await collection.deleteMany({ _id: { $in: keys.map(claimId) }, visitorId })).deletedCount;
    },
  };
}

const claimId = ({ kind, value }: VisitorKey): string =>
  `${kind}:${createHash('sha256').update(value).digest('base64url')}`;
