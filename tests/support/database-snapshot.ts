import { BSON, type Db, type IndexDescriptionInfo } from 'mongodb';

/** Every document of Rocket.Chat's collections, as the bytes it is stored in, and every index. */
export interface Snapshot {
  readonly documents: ReadonlyMap<string, string>;
  readonly indexes: ReadonlyMap<string, IndexDescriptionInfo>;
}

export async function takeSnapshot(db: Db): Promise<Snapshot> {
  const documents = new Map<string, string>();
  const indexes = new Map<string, IndexDescriptionInfo>();
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name.startsWith('foyer_')) continue;
    for (const index of await db.collection(name).indexes()) indexes.set(`${name} ${index.name}`, index);
    for await (const bytes of db.collection(name).find({}, { raw: true, hint: { _id: 1 } })) {
      const stored = bytes as unknown as Buffer;
      documents.set(`${name} ${BSON.deserialize(stored)._id}`, stored.toString('hex'));
    }
  }
  return { documents, indexes };
}
