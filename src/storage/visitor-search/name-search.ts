import type { Filter } from 'mongodb';
import { collect } from '../../domain/paging.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { firstOf, type KeyDocument, namePrefixLength } from './key-document.ts';
import { type KeyCollections, refreshKeys } from './key-writer.ts';
import { candidates, inOrder } from './lookup.ts';
import type { Readiness } from './readiness.ts';
import { beginsWith } from './term-filter.ts';

const maxFound = 10;

/** Which names to look for. */
export interface NameSearch {
  readonly prefix: string;
  readonly exceptIds: readonly string[];
  readonly signal: AbortSignal;
}

/** At most ten visitors whose name begins with the prefix, ignoring case, sorted by name. */
export async function searchNames(
  collections: KeyCollections,
  { isReady, fieldIds }: Readiness,
  { prefix, exceptIds, signal }: NameSearch,
): Promise<Visitor[]> {
  const folded = foldCase(prefix);
  const matches = ({ _id, name }: Visitor): boolean =>
    typeof name === 'string' && foldCase(name).startsWith(folded) && !exceptIds.includes(_id);
  if (!isReady || folded === '') return firstOnes(byName(collections, signal), matches);
  const part = firstOf(folded, namePrefixLength);
  const filter = { namePrefix: beginsWith(part), _id: { $nin: [...exceptIds] } };
  if (part === folded) return byPrefixKey(collections, filter, { matches, fieldIds, signal });
  const sort = { field: 'name', direction: 1 } as const;
  return firstOnes(candidates(collections, filter, { sort, signal }), matches);
}

/** All visitors who have a name, in its order. */
const byName = ({ visitors }: KeyCollections, signal: AbortSignal): AsyncIterable<Visitor> =>
  visitors
    .find({ name: { $gte: '' } }, { projection: { name: 1, username: 1 }, signal })
    .sort({ name: 1, _id: 1 })
    .hint({ name: 1, _id: 1 });

/** Reads visitors until enough are found. */
async function firstOnes(
  visitors: AsyncIterable<Visitor>,
  matches: (visitor: Visitor) => boolean,
): Promise<Visitor[]> {
  const found: Visitor[] = [];
  for await (const visitor of visitors) {
    if (matches(visitor)) found.push(visitor);
    if (found.length === maxFound) break;
  }
  return found;
}

interface PrefixKeyOptions {
  readonly matches: (visitor: Visitor) => boolean;
  readonly fieldIds: readonly string[];
  readonly signal: AbortSignal;
}

/** If the prefix fits into a key, the keys alone decide; those that turn out to be out of date are updated. */
async function byPrefixKey(
  collections: KeyCollections,
  filter: Filter<KeyDocument>,
  { matches, fieldIds, signal }: PrefixKeyOptions,
): Promise<Visitor[]> {
  const { keys, visitors } = collections;
  for (let attempt = 0; ; attempt += 1) {
    const keyed = await keys
      .find(filter, { projection: { _id: 1 }, signal })
      .sort({ name: 1, _id: 1 })
      .limit(maxFound)
      .toArray();
    const ids = keyed.map(({ _id }) => _id);
    const found = (await collect(inOrder(visitors, ids, { signal }))).filter(matches);
    if (found.length === ids.length || attempt === maxRepairs) return found;
    const valid = new Set(found.map(({ _id }) => _id));
    await refreshKeys(
      collections,
      ids.filter((id) => !valid.has(id)),
      fieldIds,
    );
  }
}

const maxRepairs = 2;
