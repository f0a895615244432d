import type { Visitor } from './visitor.ts';
import type { VisitorSearch } from './visitor-search.ts';

/** What a suggestion shows about a visitor. */
export interface VisitorSuggestion extends Pick<Visitor, '_id' | 'name' | 'username'> {
  readonly custom_name: string;
}

/**
 * At most ten visitors whose name begins with the term, ignoring case, sorted by name; without those in `exceptIds`.
 */
export async function suggestVisitors(
  { visitorSearch }: { readonly visitorSearch: VisitorSearch },
  term: string,
  exceptIds: readonly string[],
  signal: AbortSignal,
): Promise<VisitorSuggestion[]> {
  const visitors = await visitorSearch.listByNamePrefix(term, exceptIds, signal);
  return visitors.map(({ _id, name, username }) => ({
    _id,
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    custom_name: `${username} - ${name}`,
  }));
}
