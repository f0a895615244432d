import type { Collection, Db } from 'mongodb';
import {
  type Permission,
  type PermissionStore,
  permissionDefaults,
} from '../../domain/accounts/permissions.ts';
import { cacheValue } from '../settings/cached-value.ts';
import type { Refreshable } from '../settings/refresh.ts';

/** When a permission that nobody has given or taken was changed. */
const neverChanged = new Date(0);

/** `rocketchat_permissions`, kept in memory and read again whenever `refresh` is called. */
export function createPermissionStore(db: Db): PermissionStore & Refreshable {
  const collection: Collection<Permission> = db.collection('rocketchat_permissions');
  const defaults = new Map(Object.entries(permissionDefaults));
  const cached = cacheValue(new Map<string, Permission>(), async () => {
    // Names are strings, so this reads all of them, using the index.
    const documents = await collection.find({ _id: { $gte: '' } }).toArray();
    return new Map(documents.map((document) => [document._id, document]));
  });
  const rolesOf = (permission: string) => {
    const stored = cached.current().get(permission)?.roles;
    return Array.isArray(stored) ? (stored as readonly string[]) : (defaults.get(permission) ?? []);
  };

  return {
    refresh: cached.refresh,
    rolesOf,
    isKnown: (permission) => cached.current().has(permission) || defaults.has(permission),
    list() {
      const stored = cached.current();
      const names = [...new Set([...defaults.keys(), ...stored.keys()])].sort();
      return names.map((_id) => ({ _updatedAt: neverChanged, ...stored.get(_id), _id, roles: rolesOf(_id) }));
    },
    async grant(grants, at) {
      await collection.bulkWrite(
        grants.map(({ _id, roles }) => ({
          updateOne: { filter: { _id }, update: { $set: { roles, _updatedAt: at } }, upsert: true },
        })),
      );
      await cached.refreshAfterWrite();
    },
  };
}
