import { collect, inOneBatch, mapBatches, mapEach, type PageOf, pageLimit } from '../../domain/paging.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import {
  type FoundVisitor,
  type FoundVisitors,
  termMatcher,
  type VisitorPageRequest,
} from '../../domain/visitors/visitor-search.ts';
import { readBatches } from '../mongodb/read-batches.ts';
import { collectPage } from './collect-page.ts';
import { keyLength } from './key-document.ts';
import { type KeyCollections, refreshKeys } from './key-writer.ts';
import { allVisitors, batchSize, bestWindow, candidates, inOrder, withLongTexts } from './lookup.ts';
import type { Readiness } from './readiness.ts';
import { termFilter, textFilter } from './term-filter.ts';

/** All enabled visitors, in an order that an index on the visitors provides. */
export async function listVisitors(
  { visitors }: KeyCollections,
  { sort: { field, direction }, offset, count, signal }: VisitorPageRequest,
): Promise<FoundVisitors> {
  const found = visitors
    .find({ disabled: { $ne: true } }, { projection: foundFields, signal })
    .sort({ [field]: direction, _id: direction })
    .hint({ [field]: 1, _id: 1 })
    .skip(offset)
    .limit(pageLimit(count));
  const [all, disabled, items] = await Promise.all([
    visitors.countDocuments({ _id: { $gt: '' } }, { signal }),
    visitors.countDocuments({ disabled: true }, { signal }),
    readBatches(found),
  ]);
  return { items: mapEach(items, asFoundVisitor), total: all - disabled, isIndexed: true };
}

/** The visitors that a term finds, by their keys if those are ready. */
export async function searchTerm(
  collections: KeyCollections,
  readiness: Readiness,
  term: string,
  page: VisitorPageRequest,
): Promise<FoundVisitors> {
  const { items, total } = await findTerm(collections, readiness, term, page);
  return { items: mapEach(items, asFoundVisitor), total, isIndexed: readiness.isUpToDate };
}

async function findTerm(
  collections: KeyCollections,
  readiness: Readiness,
  term: string,
  page: VisitorPageRequest,
): Promise<PageOf<Visitor>> {
  const { isReady, hasLongTexts } = readiness;
  const keysDecide = isReady && !hasLongTexts && [...foldCase(term)].length <= keyLength;
  if (keysDecide) return findByKeys(collections, readiness, term, page);
  const possible = await possibleVisitors(collections, readiness, term, page);
  const { ids, total } = await collectPage(possible, matcher(collections, readiness, term), page);
  return { items: inOrder(collections.visitors, ids, page), total };
}

const matcher = ({ country }: KeyCollections, { fieldIds }: Readiness, term: string) =>
  termMatcher(term, fieldIds, country());

/** Visitors that the term may find, in the page's order. */
async function possibleVisitors(
  collections: KeyCollections,
  { isReady, hasLongTexts }: Readiness,
  term: string,
  page: VisitorPageRequest,
): Promise<AsyncIterable<Visitor>> {
  if (!isReady) return allVisitors(collections.visitors, page);
  const window = await bestWindow(collections.keys, term, textFilter);
  return candidates(
    collections,
    withLongTexts(termFilter(term, window, collections.country()), hasLongTexts),
    page,
  );
}

/**
 * If the whole term fits into a key, the keys alone decide who matches: MongoDB counts and sorts, and only the
 * visitors on the page are read. Each is verified; keys that turn out to be out of date are updated, and the search
 * is repeated. A page that is too large for that in memory is verified while it is read.
 */
async function findByKeys(
  collections: KeyCollections,
  readiness: Readiness,
  term: string,
  page: VisitorPageRequest,
): Promise<PageOf<Visitor>> {
  const matches = matcher(collections, readiness, term);
  for (let attempt = 0; ; attempt += 1) {
    const { ids, total } = await findKeys(collections, term, page);
    const found = inOrder(collections.visitors, ids, page);
    if (ids.length > batchSize) return { items: mapBatches(found, (batch) => batch.filter(matches)), total };
    const verified = (await collect(found)).filter(matches);
    if (verified.length === ids.length || attempt === maxRepairs)
      return { items: inOneBatch(verified), total: total - (ids.length - verified.length) };
    const valid = new Set(verified.map(({ _id }) => _id));
    await refreshKeys(
      collections,
      ids.filter((id) => !valid.has(id)),
      readiness.fieldIds,
    );
  }
}

/** The ids of the visitors on the page, by their keys. */
async function findKeys(
  { keys, country }: KeyCollections,
  term: string,
  { sort: { field, direction }, offset, count, signal }: VisitorPageRequest,
): Promise<{ ids: string[]; total: number }> {
  const filter = termFilter(term, foldCase(term), country());
  const [total, found] = await Promise.all([
    keys.countDocuments(filter, { signal }),
    keys
      .find(filter, { projection: { _id: 1 }, signal })
      .sort({ [field]: direction, _id: direction })
      .skip(offset)
      .limit(pageLimit(count))
      .toArray(),
  ]);
  return { ids: found.map(({ _id }) => _id), total };
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
