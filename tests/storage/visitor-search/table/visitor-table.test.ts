import fc from 'fast-check';
import { visitorOf } from '../../../../bench/million/documents.ts';
import { foldCase } from '../../../../src/domain/text/case-folding.ts';
import type { Visitor } from '../../../../src/domain/visitors/visitor.ts';
import { termMatcher, visitorSortFields } from '../../../../src/domain/visitors/visitor-search.ts';
import { inSlices } from '../../../../src/storage/memory-table/time-slices.ts';
import { contactKeys, visitorRow } from '../../../../src/storage/visitor-search/table/visitor-row.ts';
import { type TableQuery, VisitorTable } from '../../../../src/storage/visitor-search/table/visitor-table.ts';

const rules = { fieldIds: ['city'], country: '' };
const byTs = { field: 'ts', direction: 1 } as const;

function tableOf(...visitors: Visitor[]): VisitorTable {
  const table = new VisitorTable();
  for (const visitor of visitors) table.put(visitorRow(visitor, rules));
  return table;
}

const find = (table: VisitorTable, term: string, options: Partial<TableQuery> = {}) =>
  inSlices(table.find({ term: foldCase(term), sort: byTs, offset: 0, limit: 50, ...options }));

describe('the table of visitors', () => {
  it('finds parts of texts from one letter on, but none across two texts', async () => {
    const table = tableOf(
      { _id: 'a', name: 'Anna', username: 'guest-1', livechatData: { city: 'Köln', pet: 'cat' } },
      { _id: 'b', name: 'Berta', username: 'guest-12' },
    );
    const found = async (term: string) => (await find(table, term)).ids.join('');
    expect(await Promise.all(['n', 'na', 'ann', 'anna', 'KÖLN', 'guest-1', 'st-12', '2'].map(found))).toEqual(
      ['a', 'a', 'a', 'a', 'a', 'ab', 'b', 'b'],
    );
    expect((await find(table, '')).total).toBe(2);
    expect(await Promise.all(['ag', 'nag', 'annag', 'cat', 'x', 'guest-2', 'anna '].map(found))).toEqual([
      ...['', '', '', '', '', '', ''],
    ]);
  });

  it('finds names by their beginning only, if that is asked for', async () => {
    const table = tableOf(
      { _id: 'a', name: 'Anna' },
      { _id: 'b', name: 'Hanna' },
      { _id: 'c', username: 'anna' },
      { _id: 'd', name: 'Berta', username: 'anna', livechatData: { city: 'Anna' } },
      { _id: 'e', name: 'Öanna' },
    );
    expect((await find(table, 'Öa', { isNamePrefix: true })).ids).toEqual(['e']);
    for (const term of ['a', 'an', 'ann', 'anna'])
      expect((await find(table, term, { isNamePrefix: true })).ids).toEqual(['a']);
  });

  it.each([
    [
      'letters that are not ASCII',
      { name: 'ÄNNE Straße', username: 'Ωmega' },
      ['änne', 'RASSE', 'ωM', 'ne st'],
    ],
    ['a letter that folds to an ASCII one', { name: '273 \u212aelvin' }, ['3 k', 'KEL', '273']],
    ['a long name', { name: `${'Long '.repeat(80)}End`, username: 'A' }, ['g end', 'long lon', 'a']],
    [
      'a list of names',
      { name: ['Anna', 'Berta'] as unknown as string, username: 'Guest' },
      ['BERT', 'gues'],
    ],
    ['a username only', { username: 'Guest-1' }, ['GUEST', 'st-1']],
    [
      'a text of a custom field that is the name, too',
      { name: 'Köln', livechatData: { city: 'Köln' } },
      ['köl'],
    ],
  ] as const)('finds parts of %s', async (_, visitor, terms) => {
    const table = tableOf({ _id: 'other', name: 'Xx' }, { _id: 'a', ...visitor });
    for (const term of [...terms, 'strasse', 'elvi', 'guest-2', 'gg', 'ab']) {
      const isMatch = termMatcher(term, rules.fieldIds, rules.country)({ _id: 'a', ...visitor });
      expect({ term, ids: (await find(table, term)).ids }).toEqual({ term, ids: isMatch ? ['a'] : [] });
    }
  });

  it('takes no more than 120 bytes for a visitor, once there are many', () => {
    const table = new VisitorTable();
    const add = (from: number, to: number) => {
      for (let n = from; n < to; n += 1) table.put(visitorRow(visitorOf(n), rules));
      return table.bytes;
    };
    const [few, many] = [add(0, 40_000), add(40_000, 80_000)];
    expect((many - few) / 40_000).toBeLessThan(120);
  });

  it('finds a visitor as they are now, and not as they were', async () => {
    const table = tableOf({ _id: 'a', name: 'Anna', visitorEmails: [{ address: 'Old@x.io' }] });
    const exact = (address: string) => ({ exact: contactKeys(address, '') });
    expect((await find(table, '-', exact('oLD@x.io'))).ids).toEqual(['a']);
    table.put(visitorRow({ _id: 'a', name: 'Berta', visitorEmails: [{ address: 'new@x.io' }] }, rules));
    expect((await find(table, 'anna')).total).toBe(0);
    expect((await find(table, 'berta')).total).toBe(1);
    expect((await find(table, '-', exact('old@x.io'))).total).toBe(0);
    expect((await find(table, '-', exact('new@x.io'))).total).toBe(1);
    table.remove('a');
    expect([(await find(table, 'berta')).total, table.count]).toEqual([0, 0]);
  });

  it('has others in their order beside a visitor with a date that JavaScript has none for', async () => {
    const dated = Array.from({ length: 40 }, (_, n) => ({ _id: `${(n * 7) % 40}`, ts: new Date(40 - n) }));
    const table = tableOf(...dated.slice(0, 20), { _id: 'x', ts: new Date(Number.NaN) }, ...dated.slice(20));
    const sorted = dated.toReversed().map(({ _id }) => _id);
    expect((await find(table, '')).ids).toEqual(['x', ...sorted]);
  });

  it('takes no more memory for visitors who are taken in again and again', () => {
    const table = new VisitorTable();
    const takeIn = (round: number) => {
      for (let n = 0; n < 1_000; n += 1)
        table.put(visitorRow({ ...visitorOf(n), ts: new Date(round), name: 'Änne' }, rules));
      return table.bytes;
    };
    const once = takeIn(0);
    for (let round = 1; round < 20; round += 1) takeIn(round);
    expect([table.bytes, table.unusedRows]).toEqual([once, 0]);
  });

  it('takes another row for a spelling that takes more or less room', async () => {
    const table = tableOf({ _id: 'a', name: 'Anna', phone: [{ phoneNumber: '+49 30 777' }] }, { _id: 'b' });
    table.put(visitorRow({ _id: 'a', name: 'Anna', phone: [{ phoneNumber: '+4930777' }] }, rules));
    expect(table.unusedRows).toBe(1);
    const byPhone = { sort: { field: 'phone', direction: 1 } } as const;
    expect((await find(table, '', byPhone)).ids).toEqual(['b', 'a']);
    expect((await find(table, 'anna', byPhone)).ids).toEqual(['a']);
  });

  it('takes no further row for a change of what a visitor is only sorted by', async () => {
    const table = tableOf(
      { _id: 'a', name: 'Anna', ts: new Date(1) },
      { _id: 'b', name: 'Anna', ts: new Date(2) },
    );
    table.put(visitorRow({ _id: 'a', name: 'Anna', ts: new Date(3) }, rules));
    expect((await find(table, 'anna')).ids).toEqual(['b', 'a']);
    expect(table.unusedRows).toBe(0);
    table.put(visitorRow({ _id: 'a', name: 'Hanna', ts: new Date(3) }, rules));
    expect(table.unusedRows).toBe(1);
  });

  it('has any page in any order, as sorting all of them would give it', async () => {
    const someText = fc.constantFrom(undefined, '', 'a', 'A', 'ä', 'guest-1', 'guest-12', 'guest-2', '😀');
    const generated = fc.record({
      name: someText,
      username: someText,
      ts: fc.integer({ min: 0, max: 3 }),
      chat: fc.option(fc.integer({ min: 0, max: 3 })),
      phones: fc.array(fc.constantFrom('1', '12', '2'), { maxLength: 2 }),
      emails: fc.array(fc.constantFrom('a@x', 'b@x', 'b'), { maxLength: 2 }),
    });
    const windows = fc.record({ offset: fc.nat(12), limit: fc.integer({ min: 1, max: 12 }) });
    const sorts = fc.record({
      field: fc.constantFrom(...visitorSortFields),
      direction: fc.constantFrom(1 as const, -1 as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(generated, { maxLength: 12 }), windows, sorts, async (all, window, sort) => {
        const visitors = all.map(({ name, username, ts, chat, phones, emails }, index) => ({
          _id: `visitor ${index}`,
          ...(name === undefined ? {} : { name }),
          ...(username === undefined ? {} : { username }),
          livechatData: { city: 'everywhere' },
          ts: new Date(ts),
          ...(chat === null ? {} : { lastChat: { _id: 'room', ts: new Date(chat) } }),
          ...(phones.length > 0 ? { phone: phones.map((phoneNumber) => ({ phoneNumber })) } : {}),
          ...(emails.length > 0 ? { visitorEmails: emails.map((address) => ({ address })) } : {}),
        }));
        const { ids, total } = await find(tableOf(...visitors), 'everywhere', { ...window, sort });
        const sorted = visitors.sort(inOrderOf(sort)).map(({ _id }) => _id);
        expect(ids).toEqual(sorted.slice(window.offset, window.offset + window.limit));
        expect(total).toBe(visitors.length);
      }),
      { numRuns: 300 },
    );
  });

  it('has any page of a term that thousands match, as sorting all of them would give it', async () => {
    const cities = ['Aachen', 'Bremen', 'Celle'];
    const visitors: Visitor[] = Array.from({ length: 6_000 }, (_, n) => ({
      _id: `visitor-${(n * 7_919) % 6_000}`,
      name: `${['Anna', 'anna', 'Berta', 'Ännchen'][n % 4]} ${(n * 31) % 500}`,
      ...(n % 5 === 0 ? {} : { username: `guest-${n}` }),
      livechatData: { city: cities[n % 3] ?? '' },
      ts: new Date((n * 37) % 1_000),
      ...(n % 50 === 0 ? { lastChat: { _id: 'room', ts: new Date(n) } } : {}),
      phone: [`+49 ${n % 70}`, `+49 ${n % 80}`].map((phoneNumber) => ({ phoneNumber })),
      visitorEmails: [{ address: `${n % 300}@example.org` }],
    }));
    const table = tableOf(...visitors);
    await inSlices(table.renewRanks());
    const queries = fc.record({
      term: fc.constantFrom('', 'n', 'e', 'guest', 'anna', 'berta 4', 'bremen'),
      field: fc.constantFrom(...visitorSortFields),
      direction: fc.constantFrom(1 as const, -1 as const),
      offset: fc.oneof(fc.nat(200), fc.nat(6_000)),
    });
    await fc.assert(
      fc.asyncProperty(queries, async ({ term, field, direction, offset }) => {
        const sort = { field, direction };
        const matches = visitors.filter(termMatcher(term, rules.fieldIds, rules.country));
        const sorted = matches.sort(inOrderOf(sort)).map(({ _id }) => _id);
        expect(await find(table, term, { sort, offset })).toEqual({
          ids: sorted.slice(offset, offset + 50),
          total: sorted.length,
        });
      }),
      { numRuns: 30 },
    );
  });
});

/** MongoDB's order: nothing first, texts by their bytes; a list counts as its smallest or its greatest member. */
function inOrderOf({ field, direction }: TableQuery['sort']) {
  const textsOf = (visitor: Visitor): (string | number | undefined)[] => {
    if (field === 'ts') return [visitor.ts?.getTime()];
    if (field === 'lastChat.ts') return [visitor.lastChat?.ts.getTime()];
    if (field === 'phone') return visitor.phone?.map(({ phoneNumber }) => phoneNumber) ?? [];
    if (field === 'visitorEmails.address') return visitor.visitorEmails?.map(({ address }) => address) ?? [];
    return [visitor[field]];
  };
  const compare = (a: string | number | undefined, b: string | number | undefined): number => {
    if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
    return typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  };
  const keyOf = (visitor: Visitor) =>
    textsOf(visitor)
      .sort(compare)
      .at(direction === 1 ? 0 : -1);
  return (a: Visitor, b: Visitor): number =>
    direction * (compare(keyOf(a), keyOf(b)) || (a._id < b._id ? -1 : Number(a._id > b._id)));
}
