import fc from 'fast-check';
import { collect } from '../../../src/domain/paging.ts';
import type { Visitor } from '../../../src/domain/visitors/visitor.ts';
import type { FoundVisitors } from '../../../src/domain/visitors/visitor-search.ts';
import type { RunningVisitorSearch } from '../../../src/storage/visitor-search/visitor-search.ts';
import { patient, read } from '../../support/paging.ts';
import {
  firstPage,
  openSearchDatabase,
  type SearchDatabase,
  startSearch,
  untilIndexed,
} from '../../support/visitor-search.ts';

const idsOf = async ({ items }: FoundVisitors) => (await collect(items)).map(({ _id }) => _id).sort();

const escaped = (term: string): string => term.replace(/[$()*+.?[\\\]^{|}/]/g, '\\$&');

/**
 * Rocket.Chat's own filter, applied to every visitor: the escaped term as a case-insensitive expression; and e-mail
 * addresses in any case.
 */
function filterAll(visitors: readonly Partial<Visitor>[], term: string, field: string): string[] {
  const pattern = new RegExp(escaped(term), 'iu');
  const wholly = new RegExp(`^\\s*${escaped(term.trim())}\\s*$`, 'iu');
  const texts = ({ name, username, livechatData }: Partial<Visitor>) => [
    name,
    username,
    livechatData?.[field],
  ];
  return visitors
    .filter(
      (visitor) =>
        visitor.disabled !== true &&
        (term === '' ||
          texts(visitor).some((text) => typeof text === 'string' && pattern.test(text)) ||
          visitor.visitorEmails?.some(({ address }) => wholly.test(address)) ||
          visitor.phone?.some(({ phoneNumber }) => phoneNumber === term)),
    )
    .map(({ _id }) => _id ?? '')
    .sort();
}

/** Letters that fold in unlike ways, marks that combine, scripts without case, and what means something in patterns. */
const letters = [
  ...'aAbBiIkKsSzéÉßẞİıſKΣσςµμΩΩåÅÅДджЖеЕёԱաაᲐ漢字日本ひカ한글שלוםعربيहिन्दी👩‍💻😀𐐀𐐨ﬅﬆŉ.*+?^$()[]{}|\\/-_ \u0301\u0308\u{10ffff}',
];
const text = fc
  .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 24 })
  .map((all) => all.join(''));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const visitor = fc
  .record({
    name: maybe(text),
    username: maybe(text),
    field: maybe(text),
    hidden: maybe(text),
    email: maybe(text),
    phone: maybe(text),
    disabled: fc.boolean().map((yes) => yes || undefined),
  })
  .map(({ name, username, field, hidden, email, phone, disabled }) => ({
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    livechatData: { ...(field ? { city: field } : {}), ...(hidden ? { secret: hidden } : {}) },
    ...(email === undefined ? {} : { visitorEmails: [{ address: email }] }),
    ...(phone === undefined ? {} : { phone: [{ phoneNumber: phone }] }),
    ...(disabled ? { disabled } : {}),
  }));

/** A term that has a chance: a part of something stored, in another case now and then, or anything. */
const termFor = (visitors: readonly Partial<Visitor>[]) => {
  const stored = visitors.flatMap(({ name, username, livechatData, visitorEmails }) =>
    [name, username, livechatData?.city, livechatData?.secret, visitorEmails?.[0]?.address].filter(
      (each) => typeof each === 'string',
    ),
  );
  const part = fc
    .tuple(fc.constantFrom('', ...stored), fc.nat(23), fc.nat(24))
    .map(([whole, start, length]) => [...whole].slice(start, start + length).join(''));
  const changes = [(it: string) => it, (it: string) => it.toUpperCase(), (it: string) => it.toLowerCase()];
  return fc.oneof(
    fc.tuple(part, fc.constantFrom(...changes)).map(([it, change]) => change(it)),
    text,
    fc.constantFrom(...letters),
  );
};

describe('searching visitors', () => {
  let database: SearchDatabase;
  let search: RunningVisitorSearch;
  beforeAll(async () => {
    database = await openSearchDatabase();
    await database.addField('city', { searchable: true });
    await database.addField('secret', { searchable: false });
    search = await startSearch(database);
    await untilIndexed(search);
  });
  /** Removes all visitors; the search is told, as by a change stream. */
  const removeAll = async () => {
    const ids = await database.visitors.distinct('_id', { _id: { $gt: '' } });
    await database.visitors.deleteMany({});
    for (const id of ids) search.visitorWritten(id);
  };
  afterAll(async () => {
    await search.stop();
    await database.drop();
  });
  beforeEach(async () => {
    await removeAll();
  });

  it('finds exactly what a case-insensitive regular expression finds, in every script', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(visitor, { minLength: 1, maxLength: 12 }),
        fc.gen(),
        async (generated, gen) => {
          round += 1;
          const visitors = generated.map((each, index) => ({ ...each, _id: `v${round}-${index}` }));
          await removeAll();
          await database.insert(...visitors);
          for (let each = 0; each < 8; each += 1) {
            const term = gen(() => termFor(visitors));
            const found = await search.search(term, { ...firstPage, count: 0 });
            const expected = filterAll(visitors, term, 'city');
            expect({ term, found: await idsOf(found) }).toEqual({ term, found: expected });
            expect(found.total).toBe(expected.length);
            expect(found.isComplete).toBe(true);
          }
        },
      ),
      // Servers that take longer are asked less often.
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  }, 60_000);

  it('finds an e-mail address or phone number only if it is complete, but in any case and spelling', async () => {
    await database.insert({
      _id: 'v',
      visitorEmails: [{ address: 'vi@x.io' }, { address: 'vi@y.io' }],
      phone: [{ phoneNumber: '+49 30 123' }],
    });
    const find = async (term: string) => idsOf(await search.search(term, firstPage));
    expect(await find('vi@x.io')).toEqual(['v']);
    expect(await find('vi@y.io')).toEqual(['v']);
    expect(await find('+49 30 123')).toEqual(['v']);
    for (const spelling of ['Vi@X.io ', '+493 0123', ' 4930123', '0049 30/123', '(+49) 30-123'])
      expect([spelling, await find(spelling)]).toEqual([spelling, ['v']]);
    expect(await find('vi@x.i')).toEqual([]);
    expect(await find('+49 30')).toEqual([]);
  });

  it('finds numbers of the default country without its code, whichever way round', async () => {
    const german = await startSearch(database, {}, 'DE');
    await database.insert(
      { _id: 'national', phone: [{ phoneNumber: '030 / 123 45 67' }] },
      { _id: 'international', phone: [{ phoneNumber: '+49301234567' }] },
      { _id: 'elsewhere', phone: [{ phoneNumber: '+43301234567' }] },
    );
    await untilIndexed(german);
    for (const term of ['0301234567', '+49 30 1234567', ' 4930 1234567'])
      expect(await idsOf(await german.search(term, firstPage))).toEqual(['international', 'national']);
    const contact = (phone: string) => german.findContact({ phone, customFields: {} }, firstPage.signal);
    expect((await contact('(030) 1234567')).visitor?._id).toMatch(/national/);
    expect((await contact('+49301234567')).visitor?._id).toBe('international');
    expect(await contact('+49301234568')).toEqual({ visitor: null, isComplete: true });
    await german.stop();
  });

  it('finds a contact by an e-mail address in another case, but first the one that has it so', async () => {
    const contact = (email: string) => search.findContact({ email, customFields: {} }, firstPage.signal);
    await database.insert({ _id: 'lower', visitorEmails: [{ address: 'vi@x.io' }] });
    expect((await contact('Vi@X.io')).visitor?._id).toBe('lower');
    await database.insert({ _id: 'mixed', visitorEmails: [{ address: 'Vi@X.io' }] });
    expect((await contact('Vi@X.io')).visitor?._id).toBe('mixed');
    expect((await contact('vi@x.io')).visitor?._id).toBe('lower');
  });

  it('finds terms longer than a key, and distinguishes texts that differ beyond it', async () => {
    const street = 'An der alten Straße hinter den sieben Bergen';
    await database.insert(
      { _id: 'a', livechatData: { city: `${street} 7` } },
      { _id: 'b', livechatData: { city: `${street} 8` } },
    );
    const find = async (term: string) => idsOf(await search.search(term, firstPage));
    expect(await find('an der alten straẞe hinter den SIEBEN bergen')).toEqual(['a', 'b']);
    expect(await find('alten Straße hinter den sieben Bergen 8')).toEqual(['b']);
    expect(await find('alten Straße hinter den acht Bergen 8')).toEqual([]);
  });

  it('finds a visitor with too much text for keys', async () => {
    await database.insert({ _id: 'a', name: `${'x'.repeat(30_000)}needle` }, { _id: 'b', name: 'Needle' });
    const found = await search.search('NEEDLE', firstPage);
    expect(await idsOf(found)).toEqual(['a', 'b']);
    expect(found).toMatchObject({ total: 2, isComplete: true });
  });

  it('sorts by date, newest first, and by each field that clients sort by', async () => {
    const on = (day: number) => new Date(Date.UTC(2026, 0, day));
    await database.insert(
      { _id: 'a', name: 'ann', username: 'guest-3', ts: on(1), lastChat: { _id: 'r', ts: on(9) } },
      { _id: 'b', name: 'Ann', username: 'guest-2', ts: on(3), phone: [{ phoneNumber: '2' }] },
      {
        _id: 'c',
        name: 'Anna',
        username: 'guest-1',
        ts: on(2),
        lastChat: { _id: 'r', ts: on(8) },
        phone: [{ phoneNumber: '1' }],
        visitorEmails: [{ address: 'c@x.io' }],
      },
    );
    const orders = [
      ['ts', -1, 'bca'],
      ['ts', 1, 'acb'],
      ['name', 1, 'bca'],
      ['name', -1, 'acb'],
      ['username', 1, 'cba'],
      ['lastChat.ts', 1, 'bca'],
      ['lastChat.ts', -1, 'acb'],
      ['phone', 1, 'acb'],
      ['visitorEmails.address', -1, 'cba'],
    ] as const;
    const checkOrders = async () => {
      for (const [field, direction, order] of orders) {
        for (const term of ['', 'ann']) {
          const page = { ...firstPage, count: 0, sort: { field, direction } };
          const { items } = await read(search.search(term, page));
          const ids = items.map(({ _id }) => _id).filter((id) => id !== 'long');
          expect({ field, direction, term, order: ids.join('') }).toEqual({ field, direction, term, order });
        }
      }
    };
    await checkOrders();
    // With a visitor who is looked at by every search, too.
    await database.insert({ _id: 'long', livechatData: { city: 'x'.repeat(30_000) } });
    await checkOrders();
  });

  it('returns pages that together contain everyone once, each with the total', async () => {
    const ts = new Date(0);
    const named = Array.from({ length: 25 }, (_, index) => ({ _id: `p${index}`, name: `Page ${index}`, ts }));
    await database.insert(...named, { _id: 'q', name: 'Other', ts });
    const cases = [
      ['page', 25],
      ['', 26],
    ] as const;
    for (const [term, total] of cases) {
      const seen: string[] = [];
      for (let offset = 0; offset < 30; offset += 10) {
        const page = await read(search.search(term, { ...firstPage, count: 10, offset }));
        expect(page.total).toBe(total);
        seen.push(...page.items.map(({ _id }) => _id));
      }
      expect(seen).toHaveLength(total);
      expect(new Set(seen).size).toBe(total);
    }
  });

  it('lists ten names that begin with a prefix, ignoring case, in order', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `Straße ${String.fromCharCode(97 + index)}`);
    await database.insert(
      ...names.map((name, index) => ({ _id: `s${index}`, name })),
      { _id: 'mid', name: 'Alte Straße' },
      { _id: 'none' },
    );
    const list = async (prefix: string, except: string[] = []) =>
      (await search.listByNamePrefix(prefix, except, patient)).visitors.map(({ name }) => name);
    expect(await list(' sTRAẞE ')).toEqual(names.slice(0, 10));
    expect(await list('straße b')).toEqual(['Straße b']);
    expect(await list('straße', ['s0', 's1'])).toEqual(names.slice(2));
    expect(await list('')).toEqual(['Alte Straße', ...names.slice(0, 9)]);
    expect(await list('x'.repeat(100))).toEqual([]);
  });
});
