import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type {
  CustomField,
  CustomFieldData,
  CustomFieldStore,
} from '../../domain/custom-fields/custom-field.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** `rocketchat_livechat_custom_field`, where the `_id` is the field's name. */
export function createCustomFieldStore(db: Db, clock: Clock): CustomFieldStore {
  const collection: Collection<CustomField> = db.collection('rocketchat_livechat_custom_field');
  return {
    findById: (id) => collection.findOne({ _id: id }),
    // Every `_id` is a string: this range covers them all, and the index on `_id` serves it.
    listAll: (sort) => collection.find({ _id: { $gte: '' } }, { sort }).toArray(),
    listByScope: (scope) => collection.find({ scope }).toArray(),
    async create(id, data) {
      const field: CustomField = { _id: id, ...data, _updatedAt: clock() };
      return (await insertNew(collection, field)) ? field : null;
    },
    update: (id, data: CustomFieldData) =>
      collection.findOneAndUpdate(
        { _id: id },
        { $set: { ...data, _updatedAt: clock() } },
        { returnDocument: 'after' },
      ),
    async remove(id) {
      return (await collection.deleteOne({ _id: id })).deletedCount === 1;
    },
  };
}
