import type { Collection, Db } from 'mongodb';
import { builtInRoles, type RoleStore } from '../../domain/accounts/roles.ts';

/** `rocketchat_roles`, and the roles that every Rocket.Chat has. */
export function createRoleStore(db: Db): RoleStore {
  const collection: Collection<{ _id: string }> = db.collection('rocketchat_roles');
  return {
    async findUnknown(roles) {
      const custom = roles.filter((role) => !builtInRoles.includes(role));
      if (custom.length === 0) return [];
      const found = await collection.find({ _id: { $in: custom } }, { projection: { _id: 1 } }).toArray();
      const known = new Set(found.map(({ _id }) => _id));
      return custom.filter((role) => !known.has(role));
    },
  };
}
