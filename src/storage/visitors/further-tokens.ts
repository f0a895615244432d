import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { FurtherTokenStore } from '../../domain/visitors/further-tokens.ts';
import { updateEach } from '../mongodb/update-each.ts';

interface TokenDocument {
  /** The token: it acts for one visitor. */
  readonly _id: string;
  readonly visitorId: string;
  readonly at: Date;
}

/** No person has so many browsers in use at a time. */
const mostTokens = 100;

/** Further tokens in `foyer_visitor_token`. */
export function createFurtherTokenStore(db: Db, clock: Clock): FurtherTokenStore {
  const tokens: Collection<TokenDocument> = db.collection('foyer_visitor_token');
  const newestOf = (visitorId: string) => tokens.find({ visitorId }).sort({ at: -1 });
  return {
    async find(token) {
      return (await tokens.findOne({ _id: token }))?.visitorId ?? null;
    },
    async add(token, visitorId) {
      await tokens.updateOne({ _id: token }, { $set: { visitorId, at: clock() } }, { upsert: true });
      const tooMany = await newestOf(visitorId).skip(mostTokens).toArray();
      if (tooMany.length === 0) return;
      await tokens.deleteMany({ _id: { $in: tooMany.map(({ _id }) => _id) }, visitorId });
    },
    async list(visitorId) {
      return (await newestOf(visitorId).limit(mostTokens).toArray()).map(({ _id }) => _id);
    },
    async move(visitorId, toVisitorId) {
      await updateEach(tokens, { visitorId }, { $set: { visitorId: toVisitorId } });
    },
    async deleteByVisitor(visitorId) {
      return (await tokens.deleteMany({ visitorId })).deletedCount;
    },
  };
}
