import { collect } from '../../domain/paging.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { NamedVisitors } from '../../domain/visitors/visitor-search.ts';
import { lacksIndex } from '../mongodb/client.ts';
import type { Readiness } from './readiness.ts';
import { findVisitors, matchingLong, type Searched } from './verified-page.ts';

const maxFound = 10;

/** Which names to look for. */
export interface NameSearch {
  readonly prefix: string;
  readonly exceptIds: readonly string[];
  readonly signal: AbortSignal;
}

/** At most ten visitors whose name begins with the prefix, ignoring case, sorted by name. */
export async function searchNames(
  searched: Searched,
  { isComplete }: Pick<Readiness, 'isComplete'>,
  { prefix, exceptIds, signal }: NameSearch,
): Promise<NamedVisitors> {
  const term = foldCase(prefix);
  const begins = ({ name }: Visitor): boolean => typeof name === 'string' && foldCase(name).startsWith(term);
  const isWanted = ({ _id }: Visitor): boolean => !exceptIds.includes(_id);
  try {
    if (term === '') return { visitors: await firstByName(searched, isWanted, signal), isComplete: true };
  } catch (error) {
    // As long as that index is being built, the table has those who have been read.
    if (!lacksIndex(error)) throw error;
  }
  const query = {
    term,
    isNamePrefix: true,
    alsoIds: await matchingLong(searched, begins, signal),
    sort: { field: 'name', direction: 1 },
    offset: 0,
    limit: maxFound + exceptIds.length,
  } as const;
  const { items } = await findVisitors(searched, query, begins, signal);
  return { visitors: (await collect(items)).filter(isWanted).slice(0, maxFound), isComplete };
}

/** The first ones of all visitors who have a name, in its order. */
async function firstByName(
  { visitors }: Searched,
  isWanted: (visitor: Visitor) => boolean,
  signal: AbortSignal,
): Promise<Visitor[]> {
  const all = visitors
    .find({ name: { $gte: '' } }, { projection: { name: 1, username: 1 }, signal })
    .sort({ name: 1, _id: 1 })
    .hint({ name: 1, _id: 1 });
  const found: Visitor[] = [];
  for await (const visitor of all) {
    if (isWanted(visitor)) found.push(visitor);
    if (found.length === maxFound) break;
  }
  return found;
}
