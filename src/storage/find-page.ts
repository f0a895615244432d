import type { Collection, Document, Filter } from 'mongodb';
import type { PageOf, PageRequest } from '../domain/page.ts';

/** The documents of one page that a filter finds, and how many it finds in all. */
export async function findPage<T extends Document, Item = T>(
  collection: Collection<T>,
  filter: Filter<T>,
  { sort, offset, count }: PageRequest,
  projection?: Document,
): Promise<PageOf<Item>> {
  const cursor = collection.find<Item & Document>(filter, projection ? { projection } : {});
  const [items, total] = await Promise.all([
    cursor.sort(sort).skip(offset).limit(count).toArray(),
    collection.countDocuments(filter),
  ]);
  return { items, total };
}
