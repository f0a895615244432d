import type { Visitor } from './visitor.ts';
import type { VisitorSearch } from './visitor-search.ts';

/** What a suggestion shows about a visitor. */
export interface VisitorSuggestion extends Pick<Visitor, '_id' | 'name' | 'username'> {
  readonly custom_name: string;
}

export interface FoundSuggestions {
  readonly items: readonly VisitorSuggestion[];
  /** False if some may be missing, because not all visitors have been read. */
  readonly isComplete: boolean;
}

/**
 * At most ten visitors whose name begins with the term, ignoring case, sorted by name; without those in `exceptIds`.
 */
export async function suggestVisitors(
  { visitorSearch }: { readonly visitorSearch: VisitorSearch },
  term: string,
  exceptIds: readonly string[],
  signal: AbortSignal,
): Promise<FoundSuggestions> {
  const { visitors, isComplete } = await visitorSearch.listByNamePrefix(term, exceptIds, signal);
  const items = visitors.map(({ _id, name, username }) => ({
    _id,
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    custom_name: `${username} - ${name}`,
  }));
  return { items, isComplete };
}
