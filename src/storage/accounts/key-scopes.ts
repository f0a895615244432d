import type { Collection, Db } from 'mongodb';
import type { KeyScopeStore, ScopedKey } from '../../domain/accounts/key-scopes.ts';

/** Scopes of tokens in `foyer_key_scope`. */
export function createKeyScopeStore(db: Db): KeyScopeStore {
  const collection: Collection<ScopedKey> = db.collection('foyer_key_scope');
  return {
    find: async (hashedToken) => (await collection.findOne({ _id: hashedToken }))?.scopes ?? null,
    async add(key) {
      await collection.insertOne(key);
    },
    listByUser: (userId) => collection.find({ userId }).toArray(),
    async remove(hashedToken) {
      await collection.deleteOne({ _id: hashedToken });
    },
  };
}
