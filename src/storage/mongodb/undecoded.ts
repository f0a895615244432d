import {
  BSON,
  type Collection,
  type Document,
  type Filter,
  type FindCursor,
  type FindOptions,
} from 'mongodb';

/** Text that is not UTF-8 comes with replacement characters, as with everything else that the driver reads. */
const decoding = { validation: { utf8: false } };

/** A query for documents as the server sends them. */
export const findUndecoded = <T extends Document>(
  documents: Collection<T>,
  filter: Filter<T>,
  options: FindOptions,
): FindCursor<Uint8Array> =>
  documents.find(filter, { ...options, raw: true }) as unknown as FindCursor<Uint8Array>;

/**
 * Decodes documents one by one as they are consumed. Hundreds that are decoded at once hold others up, and all those
 * that still wait to be consumed when young garbage is collected, as it is several times a second, do so again.
 */
export function* decoded<T>(documents: readonly Uint8Array[]): Generator<T, undefined> {
  for (const bytes of documents) yield BSON.deserialize(bytes, decoding) as T;
}
