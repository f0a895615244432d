import { pageLimit } from '../../domain/paging.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import {
  type FoundVisitor,
  type FoundVisitors,
  termMatcher,
  type VisitorPageRequest,
} from '../../domain/visitors/visitor-search.ts';
import { collectPage } from './collect-page.ts';
import { keyLength } from './key-document.ts';
import { type KeyCollections, refreshKeys } from './key-writer.ts';
import { allVisitors, bestWindow, candidates, findInOrder, withLongTexts } from './lookup.ts';
import type { Readiness } from './readiness.ts';
import { termFilter, textFilter } from './term-filter.ts';

interface Found {
  readonly total: number;
  readonly visitors: Visitor[];
}

/** All enabled visitors, in an order that an index on the visitors provides. */
export async function listVisitors(
  { visitors }: KeyCollections,
  page: VisitorPageRequest,
): Promise<FoundVisitors> {
  const { field, direction } = page.sort;
  const [all, disabled, found] = await Promise.all([
    visitors.countDocuments({ _id: { $gt: '' } }),
    visitors.countDocuments({ disabled: true }),
    visitors
      .find({ disabled: { $ne: true } }, { projection: foundFields })
      .sort({ [field]: direction, _id: direction })
      .hint({ [field]: 1, _id: 1 })
      .skip(page.offset)
      .limit(pageLimit(page.count))
      .toArray(),
  ]);
  return { visitors: found.map(asFoundVisitor), total: all - disabled, isIndexed: true };
}

/** The visitors that a term finds, by their keys if those are ready. */
export async function searchTerm(
  collections: KeyCollections,
  readiness: Readiness,
  term: string,
  page: VisitorPageRequest,
): Promise<FoundVisitors> {
  const { visitors, total } = await findTerm(collections, readiness, term, page);
  return { visitors: visitors.map(asFoundVisitor), total, isIndexed: readiness.isReady };
}

async function findTerm(
  collections: KeyCollections,
  readiness: Readiness,
  term: string,
  page: VisitorPageRequest,
): Promise<Found> {
  const { fieldIds, isReady, hasLongTexts } = readiness;
  if (!isReady) return collectPage(allVisitors(collections.visitors), termMatcher(term, fieldIds), page);
  const keysDecide = !hasLongTexts && [...foldCase(term)].length <= keyLength;
  if (keysDecide) return findByKeys(collections, readiness, term, page);
  const window = await bestWindow(collections.keys, term, textFilter);
  const filter = withLongTexts(termFilter(term, window), hasLongTexts);
  return collectPage(candidates(collections, filter), termMatcher(term, fieldIds), page);
}

/**
 * If the whole term fits into a key, the keys alone decide who matches: MongoDB counts and sorts, and only the
 * visitors on the page are read. Each is verified; keys that turn out to be out of date are updated, and the search
 * is repeated.
 */
async function findByKeys(
  collections: KeyCollections,
  { fieldIds }: Readiness,
  term: string,
  page: VisitorPageRequest,
): Promise<Found> {
  const { keys, visitors } = collections;
  const filter = termFilter(term, foldCase(term));
  const { field, direction } = page.sort;
  const matches = termMatcher(term, fieldIds);
  for (let attempt = 0; ; attempt += 1) {
    const [total, found] = await Promise.all([
      keys.countDocuments(filter),
      keys
        .find(filter, { projection: { _id: 1 } })
        .sort({ [field]: direction, _id: direction })
        .skip(page.offset)
        .limit(pageLimit(page.count))
        .toArray(),
    ]);
    const ids = found.map(({ _id }) => _id);
    const verified = (await findInOrder(visitors, ids)).filter(matches);
    if (verified.length === ids.length || attempt === maxRepairs)
      return { total: total - (ids.length - verified.length), visitors: verified };
    const valid = new Set(verified.map(({ _id }) => _id));
    await refreshKeys(
      collections,
      ids.filter((id) => !valid.has(id)),
      fieldIds,
    );
  }
}

const maxRepairs = 2;

const foundFields = {
  _id: 1,
  username: 1,
  name: 1,
  phone: 1,
  livechatData: 1,
  visitorEmails: 1,
  lastChat: 1,
} as const;

const asFoundVisitor = (visitor: Visitor): FoundVisitor =>
  Object.fromEntries(
    Object.entries(visitor).filter(([name]) => Object.hasOwn(foundFields, name)),
  ) as unknown as FoundVisitor;
