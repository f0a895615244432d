import type { Collection, Document, Filter, WithId } from 'mongodb';

/** So often may others be given a chat in between; then the agent is counted up whatever their count is by now. */
const maxAttempts = 30;

export interface Fewest<T extends Document> {
  readonly filter: Filter<T>;
  /** Where the document has its number of chats. */
  readonly count: string;
  /** Orders those with equally many. */
  readonly ties: Readonly<Record<string, 1>>;
  /** What else is needed of the document. */
  readonly fields: Readonly<Record<string, 1>>;
}

/**
 * Chooses the document with the fewest chats among those that match, and counts one more; null if there is none.
 *
 * A single `findOneAndUpdate`, sorted by the number that it increments, would be fair only where writes are serial: in
 * MongoDB, several at once choose the same document, and those that lose it to another write take whichever comes
 * next in what they have read. So the order is read first, and the update names the document and the number that was
 * seen.
 */
export async function takeFewest<T extends Document>(
  collection: Collection<T>,
  { filter, count, ties, fields }: Fewest<T>,
): Promise<WithId<T> | null> {
  for (let attempt = 1; ; attempt += 1) {
    const next = await collection.findOne(filter, {
      sort: { [count]: 1, ...ties },
      projection: { ...fields, [count]: 1 },
    });
    if (next === null) return null;
    const seen = attempt < maxAttempts ? { [count]: next[count] ?? null } : {};
    const one = { ...filter, _id: next._id, ...seen } as Filter<T>;
    const change: Document = { $inc: { [count]: 1 } };
    const { modifiedCount } = await collection.updateOne(one, change);
    if (modifiedCount > 0) return next;
  }
}
