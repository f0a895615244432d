import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { Identity, IdentityStore } from '../../domain/visitors/identity.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** Who an asserted person is. Nothing in it can be read: all but the visitor's id are digests. */
interface IdentityDocument {
  /** The person's `sub`. */
  readonly _id: string;
  readonly visitorId: string;
  /** What the latest assertion says. */
  readonly email: string | null;
  readonly phone: string | null;
}

/** An assertion that has been used. */
interface IdentityUse {
  /** Its `jti`. */
  readonly _id: string;
  /** The token that it serves. */
  readonly token: string;
  /** When it expires; a TTL index removes it then. */
  readonly expireAt: Date;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Asserted persons in `foyer_visitor_identity`, and the assertions used so far in `foyer_identity_use`. */
export function createIdentityStore(db: Db): IdentityStore {
  const identities: Collection<IdentityDocument> = db.collection('foyer_visitor_identity');
  const uses: Collection<IdentityUse> = db.collection('foyer_identity_use');
  return {
    async bind({ jti, expiresAt }, token) {
      const use = { _id: digest(jti), token: digest(token), expireAt: expiresAt };
      if (await insertNew(uses, use)) return true;
      return (await uses.findOne({ _id: use._id }))?.token === use.token;
    },
    async recognize(identity) {
      const proven = { $set: provenBy(identity) };
      const known = await identities.findOneAndUpdate({ _id: digest(identity.sub) }, proven);
      return known?.visitorId ?? null;
    },
    async claim(identity, visitorId) {
      await insertNew(identities, { _id: digest(identity.sub), visitorId, ...provenBy(identity) });
    },
    async isPerson(visitorId) {
      return (await identities.findOne({ visitorId }, { projection: { _id: 1 } })) !== null;
    },
    async listProven(visitorId, { emails, phones }) {
      const known = await identities.findOne({ visitorId });
      return {
        emails: emails.filter((email) => known?.email === digest(email)),
        phones: phones.filter((phone) => known?.phone === digest(phone)),
      };
    },
    async deleteByVisitor(visitorId) {
      return (await identities.deleteMany({ visitorId })).deletedCount;
    },
  };
}

const provenBy = ({ email, phone }: Identity): Pick<IdentityDocument, 'email' | 'phone'> => ({
  email: email === undefined ? null : digest(email),
  phone: phone === undefined ? null : digest(phone),
});
