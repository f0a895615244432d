import type { Collection, Document, Filter } from 'mongodb';
import type { UserStore } from '../../domain/accounts/user.ts';
import type { Clock } from '../../domain/clock.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { needsList } from '../mongodb/needs-list.ts';
import type { UserDocument } from './user-document.ts';

/** Where Rocket.Chat keeps a user's tokens of all kinds. */
export const tokensPath = 'services.resume.loginTokens';

/** So many tokens of all kinds a user may have; login tokens are far fewer. */
const mostTokens = 200;

type TokenWrites = Pick<
  UserStore,
  | 'addLoginToken'
  | 'addPersonalAccessToken'
  | 'removeLoginTokensBefore'
  | 'removePersonalAccessToken'
  | 'removeToken'
  | 'replacePersonalAccessToken'
>;

/** The writes of the user store that concern tokens, each atomic. */
export function userTokens(
  collection: Collection<UserDocument>,
  clock: Clock,
  reporter: WriteReporter,
): TokenWrites {
  /** Changes the tokens of a user who passes the filter; false if they do not. */
  const change = async (_id: string, filter: Filter<UserDocument>, update: Document): Promise<boolean> => {
    const changed = { ...update, $set: { _updatedAt: clock(), ...update.$set } };
    const { matchedCount } = await needsList(collection.updateOne({ _id, ...filter }, changed));
    if (matchedCount === 1) reporter.changed(_id);
    return matchedCount === 1;
  };
  return {
    async addLoginToken(id, token, at) {
      await change(id, {}, { $push: { [tokensPath]: token }, $set: { lastLogin: at, _updatedAt: at } });
    },
    async addPersonalAccessToken(id, token) {
      const sameName = { $elemMatch: { type: token.type, name: token.name } };
      const hasRoom = { [`${tokensPath}.${mostTokens}`]: { $exists: false } };
      return change(id, { [tokensPath]: { $not: sameName }, ...hasRoom }, { $push: { [tokensPath]: token } });
    },
    async replacePersonalAccessToken(id, hashedToken, by) {
      return change(
        id,
        { [`${tokensPath}.hashedToken`]: hashedToken },
        { $set: { [`${tokensPath}.$`]: by } },
      );
    },
    async removePersonalAccessToken(id, name) {
      const token = { type: 'personalAccessToken', name };
      return change(id, { [tokensPath]: { $elemMatch: token } }, { $pull: { [tokensPath]: token } });
    },
    async removeToken(id, hashedToken) {
      await change(id, {}, { $pull: { [tokensPath]: { hashedToken } } });
    },
    async removeLoginTokensBefore(id, moment) {
      await change(id, {}, { $pull: { [tokensPath]: { when: { $lt: moment } } } });
    },
  };
}
