import type { Collection, Db } from 'mongodb';
import {
  type Numbered,
  type NumberedKind,
  numberOfMoment,
  type PublicId,
  type PublicIdStore,
  randomCode,
} from '../../domain/visits/public-ids.ts';
import { insertUnlessTaken } from '../mongodb/insert-unless-taken.ts';

export const publicIdCollection = 'foyer_public_id';

/** A document of `foyer_public_id`; its `_id` is the kind, a colon and the `_id` of what it belongs to. */
interface StoredPublicId {
  readonly _id: string;
  readonly kind: NumberedKind;
  readonly id: string;
  readonly number: number;
  readonly code: string;
}

/** A number or code that is taken is drawn again; this often is enough for hundreds of thousands at one moment. */
const maxAttempts = 25;

/** Public ids in `foyer_public_id`. Two instances that give an id to the same thing agree on the one stored first. */
export function createPublicIdStore(db: Db): PublicIdStore {
  const collection: Collection<StoredPublicId> = db.collection(publicIdCollection);
  return {
    async give(kind, things) {
      let known = await findGiven(collection, kind, things);
      for (let attempt = 0; known.size < new Set(things.map(({ id }) => id)).size; attempt += 1) {
        if (attempt === maxAttempts) throw new Error(`no public id could be given to every ${kind}`);
        const missing = things.filter(({ id }) => !known.has(id));
        await insertIds(collection, kind, missing, attempt);
        known = new Map([...known, ...(await findGiven(collection, kind, missing))]);
      }
      return known;
    },
    async findByNumber(kind, number) {
      return (await collection.findOne({ kind, number }, { projection: { id: 1 } }))?.id ?? null;
    },
    async findByCode(kind, code) {
      return (await collection.findOne({ kind, code }, { projection: { id: 1 } }))?.id ?? null;
    },
    async forget(kind, ids) {
      await collection.deleteMany({ _id: { $in: ids.map((id) => documentId(kind, id)) } });
    },
  };
}

const documentId = (kind: NumberedKind, id: string): string => `${kind}:${id}`;

async function findGiven(
  collection: Collection<StoredPublicId>,
  kind: NumberedKind,
  things: readonly Numbered[],
): Promise<ReadonlyMap<string, PublicId>> {
  if (things.length === 0) return new Map();
  const ids = things.map(({ id }) => documentId(kind, id));
  const stored = await collection.find({ _id: { $in: ids } }).toArray();
  return new Map(stored.map(({ id, number, code }) => [id, { id, number, code }]));
}

async function insertIds(
  collection: Collection<StoredPublicId>,
  kind: NumberedKind,
  things: readonly Numbered[],
  attempt: number,
): Promise<void> {
  const highest = kind === 'group' ? await highestNumber(collection, kind) : 0;
  const documents = things.map(({ id, createdAt }, index) => ({
    _id: documentId(kind, id),
    kind,
    id,
    number: kind === 'group' ? highest + 1 + index : numberOfMoment(createdAt ?? new Date(0), attempt),
    code: randomCode(),
  }));
  // Whatever is taken by now is looked up, or tried again with another number.
  await insertUnlessTaken(collection, documents);
}

async function highestNumber(collection: Collection<StoredPublicId>, kind: NumberedKind): Promise<number> {
  const last = await collection.findOne({ kind }, { sort: { number: -1 }, projection: { number: 1 } });
  return last?.number ?? 0;
}
