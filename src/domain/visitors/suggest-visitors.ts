import type { Visitor } from './visitor.ts';
import type { VisitorSearch } from './visitor-search.ts';

/** What a list of suggestions shows of a visitor. */
export interface VisitorSuggestion extends Pick<Visitor, '_id' | 'name' | 'username'> {
  readonly custom_name: string;
}

/** At most ten visitors whose name begins with the term, in any case, by name; without those excepted by id. */
export async function suggestVisitors(
  { visitorSearch }: { readonly visitorSearch: VisitorSearch },
  term: string,
  exceptIds: readonly string[],
): Promise<VisitorSuggestion[]> {
  const visitors = await visitorSearch.listByNamePrefix(term, exceptIds);
  return visitors.map(({ _id, name, username }) => ({
    _id,
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    custom_name: `${username} - ${name}`,
  }));
}
