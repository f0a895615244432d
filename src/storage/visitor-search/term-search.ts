import type { Collection } from 'mongodb';
import { type Batches, mapBatches, mapEach, pageLimit } from '../../domain/paging.ts';
import { foldCase } from '../../domain/text/case-folding.ts';
import { numbersMeant } from '../../domain/text/phone-number.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import {
  comparableEmail,
  type FoundVisitor,
  type FoundVisitors,
  termMatcher,
  type VisitorPageRequest,
} from '../../domain/visitors/visitor-search.ts';
import { lacksIndex } from '../mongodb/client.ts';
import { readBatches } from '../mongodb/read-batches.ts';
import { type ExactField, findExactly } from './find-exactly.ts';
import type { Readiness } from './readiness.ts';
import { contactKeys, type RowRules } from './table/visitor-row.ts';
import { findVisitors, matchingLong, type Searched } from './verified-page.ts';

/**
 * All enabled visitors, in an order that an index on the visitors provides; as long as that is being built, those in
 * the table.
 */
export async function listVisitors(searched: Searched, page: VisitorPageRequest): Promise<FoundVisitors> {
  try {
    return await listByIndex(searched, page);
  } catch (error) {
    if (!lacksIndex(error)) throw error;
    return listByTable(searched, page);
  }
}

async function listByIndex(searched: Searched, page: VisitorPageRequest): Promise<FoundVisitors> {
  // At once: each question to the database takes its time while visitors are read and indexes built.
  const [total, found] = await Promise.all([
    countEnabled(searched, page.signal),
    readByIndex(searched.visitors, page),
  ]);
  const enabled = mapBatches(found, (batch) => batch.filter(isEnabled));
  return { items: mapEach(enabled, asFoundVisitor), total, isComplete: true };
}

async function readByIndex(
  visitors: Collection<Visitor>,
  { sort: { field, direction }, offset, count, signal }: VisitorPageRequest,
): Promise<Batches<Visitor>> {
  // Without a filter, the server walks past those before the page without reading them.
  const one = { limit: 1, hint: { disabled: 1, _id: 1 }, signal };
  const isAnyDisabled = (await visitors.countDocuments({ disabled: true }, one)) > 0;
  const found = visitors
    .find(isAnyDisabled ? { disabled: { $ne: true } } : {}, {
      projection: { ...foundFields, disabled: 1 },
      signal,
    })
    .sort({ [field]: direction, _id: direction })
    .hint({ [field]: 1, _id: 1 })
    .skip(offset)
    .limit(pageLimit(count));
  return readBatches(found);
}

const isEnabled = termMatcher('', [], '');

async function listByTable(
  searched: Searched,
  { sort, offset, count, signal }: VisitorPageRequest,
): Promise<FoundVisitors> {
  const query = { term: '', sort, offset, limit: pageLimit(count) };
  const { items, total } = await findVisitors(searched, query, isEnabled, signal);
  return { items: mapEach(items, asFoundVisitor), total, isComplete: searched.feed.isWhole };
}

/** More than so many are not counted for each page: the table has their number. */
const countedAtMost = 10_000;

async function countEnabled({ visitors, feed }: Searched, signal: AbortSignal): Promise<number> {
  if (feed.isWhole && feed.table.count > countedAtMost) return feed.table.count;
  const estimated = await visitors.estimatedDocumentCount();
  const [all, disabled] = await Promise.all([
    estimated > countedAtMost ? estimated : visitors.countDocuments({ _id: { $gt: '' } }, { signal }),
    visitors.countDocuments({ disabled: true }, { signal }),
  ]);
  return all - disabled;
}

/** The visitors that a term finds. */
export async function searchTerm(
  searched: Searched,
  { rules, isComplete }: Readiness,
  term: string,
  { sort, offset, count, signal }: VisitorPageRequest,
): Promise<FoundVisitors> {
  if (!isComplete) await searched.feed.refresh(await findExact(searched.visitors, rules, term, signal));
  const matches = termMatcher(term, rules.fieldIds, rules.country);
  const query = {
    term: foldCase(term),
    exact: contactKeys(term, rules.country),
    alsoIds: await matchingLong(searched, matches, signal),
    sort,
    offset,
    limit: pageLimit(count),
  };
  const { items, total } = await findVisitors(searched, query, matches, signal);
  return { items: mapEach(items, asFoundVisitor), total, isComplete };
}

/** More visitors have an address in common only by mistake. */
const mostAlike = 100;

/** The ids of visitors with just this e-mail address, phone number or username: not all may be in the table. */
async function findExact(
  visitors: Collection<Visitor>,
  { country }: RowRules,
  term: string,
  signal: AbortSignal,
): Promise<string[]> {
  const options = { projection: { _id: 1 }, limit: mostAlike, signal } as const;
  const find = async (field: ExactField, values: readonly string[]): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { _id } of findExactly(visitors, field, values, options)) ids.push(_id);
    return ids;
  };
  const found = await Promise.all([
    find('visitorEmails.address', [term, comparableEmail(term)]),
    find('phone.phoneNumber', [term, ...numbersMeant(term, country)]),
    find('username', [term]),
  ]);
  return found.flat();
}

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
