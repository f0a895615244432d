import { pageLimit } from '../../domain/paging.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { VisitorPageRequest } from '../../domain/visitors/visitor-search.ts';

/**
 * Counts the visitors that match, of some in the order asked for, and collects the ids of those on one page. Only
 * these are kept, however far into the list the page is.
 */
export async function collectPage(
  visitors: AsyncIterable<Visitor>,
  matches: (visitor: Visitor) => boolean,
  { offset, count }: Pick<VisitorPageRequest, 'offset' | 'count'>,
): Promise<{ total: number; ids: string[] }> {
  const end = offset + pageLimit(count);
  let total = 0;
  const ids: string[] = [];
  for await (const visitor of visitors) {
    if (!matches(visitor)) continue;
    if (total >= offset && total < end) ids.push(visitor._id);
    total += 1;
  }
  return { total, ids };
}
