import type { Collection, Db } from 'mongodb';
import {
  type Permission,
  type PermissionStore,
  permissionDefaults,
} from '../../domain/accounts/permissions.ts';
import { keepInMemory } from '../settings/memory.ts';
import type { Refreshable } from '../settings/refresh.ts';

/** `rocketchat_permissions`, kept in memory and read anew whenever `refresh` is called. */
export function createPermissionStore(db: Db): PermissionStore & Refreshable {
  const collection: Collection<Permission> = db.collection('rocketchat_permissions');
  const defaults = new Map(Object.entries(permissionDefaults));
  const memory = keepInMemory(new Map<string, Permission>(), async () => {
    // Names are strings, so this reads all of them, by the index.
    const documents = await collection.find({ _id: { $gte: '' } }).toArray();
    return new Map(documents.map((document) => [document._id, document]));
  });
  const rolesOf = (permission: string) => {
    const stored = memory.current().get(permission)?.roles;
    return Array.isArray(stored) ? (stored as readonly string[]) : (defaults.get(permission) ?? []);
  };

  return {
    refresh: memory.refresh,
    rolesOf,
    isKnown: (permission) => memory.current().has(permission) || defaults.has(permission),
    list() {
      const stored = memory.current();
      const names = [...new Set([...defaults.keys(), ...stored.keys()])].sort();
      return names.map((_id) => ({ ...stored.get(_id), _id, roles: rolesOf(_id) }));
    },
    async grant(grants, at) {
      await collection.bulkWrite(
        grants.map(({ _id, roles }) => ({
          updateOne: { filter: { _id }, update: { $set: { roles, _updatedAt: at } }, upsert: true },
        })),
      );
      await memory.written();
    },
  };
}
