import type { Collection, Db } from 'mongodb';
import { type Permission, type PermissionStore, permissionDefaults } from '../domain/permissions.ts';

/** Permissions kept in memory and read anew from `rocketchat_permissions` whenever `refresh` is called. */
export interface RefreshedPermissionStore extends PermissionStore {
  refresh(): Promise<void>;
}

export function createPermissionStore(db: Db): RefreshedPermissionStore {
  const collection: Collection<Permission> = db.collection('rocketchat_permissions');
  const defaults = new Map(Object.entries(permissionDefaults));
  let stored = new Map<string, Permission>();

  const refresh = async () => {
    // Names are strings, so this reads all of them, by the index.
    const documents = await collection.find({ _id: { $gte: '' } }).toArray();
    stored = new Map(documents.map((document) => [document._id, document]));
  };

  return {
    refresh,
    rolesOf: (permission) => stored.get(permission)?.roles ?? defaults.get(permission) ?? [],
    isKnown: (permission) => stored.has(permission) || defaults.has(permission),
    list() {
      const names = [...new Set([...defaults.keys(), ...stored.keys()])].sort();
      return names.map((_id) => stored.get(_id) ?? { _id, roles: defaults.get(_id) ?? [] });
    },
    async grant(grants, at) {
      await collection.bulkWrite(
        grants.map(({ _id, roles }) => ({
          updateOne: { filter: { _id }, update: { $set: { roles, _updatedAt: at } }, upsert: true },
        })),
      );
      await refresh();
    },
  };
}
