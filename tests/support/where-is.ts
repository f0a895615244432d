import type { Db } from 'mongodb';

/** In which collections any of the texts is found, in any document. */
export async function whereIs(db: Db, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const { collectionName } of await db.collections()) {
    const documents = db.collection(collectionName).find({}, { hint: { _id: 1 } });
    const all = JSON.stringify(await documents.toArray());
    if (texts.some((text) => all.includes(text))) found.push(collectionName);
  }
  return found;
}
