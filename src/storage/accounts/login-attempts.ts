import type { Collection, Db } from 'mongodb';
import type { LoginAttemptStore } from '../../domain/accounts/login-attempts.ts';
import type { IdSource } from '../../domain/ids.ts';

/** A document of Rocket.Chat's `rocketchat_server_events`, of one of the two types that concern logging in. */
interface ServerEvent {
  readonly _id: string;
  readonly t: 'failed-login-attempt' | 'login';
  readonly ip: string;
  readonly ts: Date;
  readonly u: { readonly _id?: string | undefined; readonly username?: string | undefined };
}

/** Login attempts in `rocketchat_server_events`, in Rocket.Chat's form. */
export function createLoginAttemptStore(db: Db, ids: IdSource): LoginAttemptStore {
  const collection: Collection<ServerEvent> = db.collection('rocketchat_server_events');
  return {
    async addFailed({ ip, username, userId }, at) {
      const _id = ids.hexId();
      await collection.insertOne({
        _id,
        t: 'failed-login-attempt',
        ip,
        ts: at,
        u: { _id: userId, username },
      });
      return _id;
    },
    async succeed(id, at) {
      await collection.updateOne({ _id: id }, { $set: { t: 'login', ts: at } });
    },
    async remove(id) {
      await collection.deleteOne({ _id: id });
    },
    async countFailures(by, since) {
      const whose = 'ip' in by ? { ip: by.ip } : { 'u.username': by.username };
      const success = await collection.findOne({ t: 'login', ...whose }, { sort: { ts: -1 } });
      const from = success && success.ts > since ? success.ts : since;
      return collection.countDocuments({ t: 'failed-login-attempt', ...whose, ts: { $gte: from } });
    },
  };
}
