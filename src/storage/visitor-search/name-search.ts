import { foldCase } from '../../domain/text/case-folding.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { firstOf, namePrefixLength } from './key-document.ts';
import { type KeyCollections, refreshKeys } from './key-writer.ts';
import { findInOrder } from './lookup.ts';
import type { Readiness } from './readiness.ts';
import { beginsWith } from './term-filter.ts';

const maxFound = 10;

/** At most ten visitors whose name begins with the prefix, ignoring case, sorted by name. */
export async function searchNames(
  collections: KeyCollections,
  { isReady, fieldIds }: Readiness,
  prefix: string,
  exceptIds: readonly string[],
): Promise<Visitor[]> {
  const folded = foldCase(prefix);
  const matches = ({ _id, name }: Visitor): boolean =>
    typeof name === 'string' && foldCase(name).startsWith(folded) && !exceptIds.includes(_id);
  if (!isReady || folded === '') return firstByName(collections, matches);
  return byPrefixKey(collections, folded, matches, exceptIds, fieldIds);
}

/** Reads visitors in the order of their names until enough are found. */
async function firstByName(
  { visitors }: KeyCollections,
  matches: (visitor: Visitor) => boolean,
): Promise<Visitor[]> {
  const found: Visitor[] = [];
  const named = visitors
    .find({ name: { $gte: '' } }, { projection: { name: 1, username: 1 } })
    .sort({ name: 1, _id: 1 })
    .hint({ name: 1, _id: 1 });
  for await (const visitor of named) {
    if (matches(visitor)) found.push(visitor);
    if (found.length === maxFound) break;
  }
  return found;
}

async function byPrefixKey(
  collections: KeyCollections,
  folded: string,
  matches: (visitor: Visitor) => boolean,
  exceptIds: readonly string[],
  fieldIds: readonly string[],
): Promise<Visitor[]> {
  const { keys, visitors } = collections;
  const part = firstOf(folded, namePrefixLength);
  const limit = part === folded ? maxFound : 0;
  for (let attempt = 0; ; attempt += 1) {
    const keyed = await keys
      .find({ namePrefix: beginsWith(part), _id: { $nin: [...exceptIds] } }, { projection: { _id: 1 } })
      .sort({ name: 1, _id: 1 })
      .limit(limit)
      .toArray();
    const ids = keyed.map(({ _id }) => _id);
    const found = (await findInOrder(visitors, ids)).filter(matches);
    if (limit === 0 || found.length === ids.length || attempt === maxRepairs) return found.slice(0, maxFound);
    const valid = new Set(found.map(({ _id }) => _id));
    await refreshKeys(
      collections,
      ids.filter((id) => !valid.has(id)),
      fieldIds,
    );
  }
}

const maxRepairs = 2;
