import { MongoClient } from 'mongodb';
import { randomIds } from '../../../src/domain/ids.ts';
import type { Visitor, VisitorKey, VisitorStore } from '../../../src/domain/visitors/visitor.ts';
import { createFurtherTokenStore } from '../../../src/storage/visitors/further-tokens.ts';
import { createVisitorClaims } from '../../../src/storage/visitors/visitor-claims.ts';
import { tokenIndexName, visitorIndexes } from '../../../src/storage/visitors/visitor-indexes.ts';
import { createVisitorStore, type VisitorStoreOptions } from '../../../src/storage/visitors/visitors.ts';
import { ensureIndexes } from '../../support/ensure-indexes.ts';
import { freshDatabaseUrl } from '../../support/service.ts';
import { unique } from '../../support/visitors.ts';
import { recordReports, unreported } from '../../support/write-reporter.ts';

// Not in the past: the database removes claims that are older than an hour by its own clock.
const startedAt = new Date();
let now = startedAt;
const clock = () => now;
const later = (seconds: number) => new Date(startedAt.getTime() + seconds * 1_000);
const client = new MongoClient(freshDatabaseUrl(), { monitorCommands: true });
const db = client.db();
const visitors = db.collection<Visitor>('rocketchat_livechat_visitor');
const claims = createVisitorClaims(db, clock);
const furtherTokens = createFurtherTokenStore(db, clock);
const { notes, reporter } = recordReports();
let store: VisitorStore;
const storeWith = (furtherTokens: VisitorStoreOptions['furtherTokens']) =>
  createVisitorStore(db, { clock, furtherTokens, tokenIsUnique: () => true, reporter });

beforeAll(async () => {
  await client.connect();
  await ensureIndexes(db, visitorIndexes);
  store = storeWith(furtherTokens);
});
beforeEach(() => {
  now = startedAt;
  notes.length = 0;
});
afterAll(async () => {
  await db.dropDatabase();
  await client.close();
});

const visitorOf = (given: Partial<Visitor> = {}): Visitor => ({
  _id: randomIds.hexId(),
  token: unique('token'),
  ...given,
});
const phoneKey = (value: string): VisitorKey => ({ kind: 'phone', value });
const tokenKey = ({ token = '' }: Visitor): VisitorKey => ({ kind: 'token', value: token });

describe('a new visitor', () => {
  it('is refused where its token or its id is taken', async () => {
    const first = visitorOf();
    expect(await store.create(first, [tokenKey(first)])).toMatchObject(first);
    expect(await store.create({ ...visitorOf(), token: first.token ?? '' }, [tokenKey(first)])).toBeNull();
    const sameId = visitorOf({ _id: first._id });
    expect(await store.create(sameId, [tokenKey(sameId)])).toBeNull();
    expect(await visitors.countDocuments({ token: { $in: [first.token ?? '', sameId.token ?? ''] } })).toBe(
      1,
    );
  });

  it('is stored under the id that a registration under way has claimed, and broke off with', async () => {
    const phone = unique('+55');
    const claimed = randomIds.hexId();
    await claims.claim(phoneKey(phone), claimed);
    const visitor = visitorOf({ phone: [{ phoneNumber: phone }] });
    expect(await store.create(visitor, [tokenKey(visitor), phoneKey(phone)])).toMatchObject({
      _id: claimed,
    });
  });

  it('is refused where a registration under way has stored its visitor by then', async () => {
    const phone = unique('+55');
    const first = visitorOf({ phone: [{ phoneNumber: phone }] });
    await store.create(first, [tokenKey(first), phoneKey(phone)]);
    const second = visitorOf({ phone: [{ phoneNumber: phone }] });
    expect(await store.create(second, [tokenKey(second), phoneKey(phone)])).toBeNull();
  });

  it('waits for a registration under way that is about to give the phone number to its visitor', async () => {
    const phone = unique('+55');
    const [known, newcomer] = [visitorOf(), visitorOf({ phone: [{ phoneNumber: phone }] })];
    await store.create(known, [tokenKey(known)]);
    expect(await store.claim(known._id, phoneKey(phone))).toBe(true);
    const keys = [tokenKey(newcomer), phoneKey(phone)];
    now = later(4.9);
    expect(await store.create(newcomer, keys)).toBeNull();
    now = later(5);
    expect(await store.create(newcomer, keys)).toMatchObject({ _id: newcomer._id });
  });

  it('takes a phone number over from a registration that broke off before it stored its visitor', async () => {
    const phone = unique('+55');
    const known = visitorOf();
    await store.create(known, [tokenKey(known)]);
    await claims.claim(phoneKey(phone), randomIds.hexId());
    now = later(4.9);
    expect(await store.claim(known._id, phoneKey(phone))).toBe(false);
    now = later(5);
    expect(await store.claim(known._id, phoneKey(phone))).toBe(true);
  });

  it('takes a phone number over from a visitor who changed it, or was deleted', async () => {
    const phone = unique('+55');
    const registered = () => visitorOf({ phone: [{ phoneNumber: phone }] });
    const [first, second, third] = [registered(), registered(), registered()];
    await store.create(first, [tokenKey(first), phoneKey(phone)]);
    await store.update(first._id, tokenKey(first), { phone: [{ phoneNumber: unique('+1') }] });
    now = later(5);
    expect(await store.create(second, [tokenKey(second), phoneKey(phone)])).toMatchObject({
      _id: second._id,
    });
    await store.disable(second._id);
    expect(await store.create(third, [tokenKey(third), phoneKey(phone)])).toMatchObject({
      _id: third._id,
    });
  });

  it('loses a key to one of several who take it over at once, and to nobody from whom it is not', async () => {
    const key = phoneKey(unique('+55'));
    await claims.claim(key, 'first');
    expect(await claims.takeOver(key, 'somebody', 'thief')).toBe(false);
    const takers = ['second', 'third', 'fourth'];
    const taken = await Promise.all(takers.map((taker) => claims.takeOver(key, 'first', taker)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await claims.claim(key, 'first')).visitorId).toBe(takers[taken.indexOf(true)]);
  });

  it('leaves no phone number or e-mail address in the claims', async () => {
    const email = `${unique('mail')}@x.io`;
    await claims.claim({ kind: 'email', value: email }, 'someone');
    const stored = await db.collection('foyer_visitor_claim').find({ at: clock() }).toArray();
    expect(JSON.stringify(stored)).not.toContain(email);
  });
});

describe('a visitor', () => {
  it('is read by its id, and by its first token, with one command', async () => {
    const visitor = visitorOf();
    await store.create(visitor, [tokenKey(visitor)]);
    const commands: string[] = [];
    client.on('commandStarted', ({ commandName }) => commands.push(commandName));
    expect(await store.findEnabledById(visitor._id)).toMatchObject(visitor);
    expect(await store.findByToken(visitor.token ?? '')).toMatchObject(visitor);
    client.removeAllListeners('commandStarted');
    expect(commands).toEqual(['find', 'find']);
  });

  it('is changed only while it holds the key by which it was found', async () => {
    const visitor = visitorOf({ visitorEmails: [{ address: 'a@x.io' }] });
    await store.create(visitor, [tokenKey(visitor)]);
    const key: VisitorKey = { kind: 'email', value: 'b@x.io' };
    expect(await store.update(visitor._id, key, { name: 'Other' })).toBeNull();
    expect(await store.findEnabledById(visitor._id)).not.toHaveProperty('name');
  });

  it('cannot be given the token of another', async () => {
    const [one, other] = [visitorOf(), visitorOf()];
    for (const each of [one, other]) await store.create(each, [tokenKey(each)]);
    expect(await store.update(one._id, tokenKey(one), { token: other.token ?? '' })).toBeNull();
  });

  it('is found by further tokens too, with the one asked for; a first token acts for whoever holds it', async () => {
    const [one, other] = [visitorOf(), visitorOf()];
    for (const each of [one, other]) await store.create(each, [tokenKey(each)]);
    const token = unique('token');
    await furtherTokens.add(token, one._id);
    expect(await store.findByToken(token)).toMatchObject({ _id: one._id, token });
    await furtherTokens.add(other.token ?? '', one._id);
    expect(await store.findByToken(other.token ?? '')).toMatchObject({ _id: other._id });
    await store.dropToken(other._id, other.token ?? '');
    expect(await store.findByToken(other.token ?? '')).toMatchObject({ _id: one._id, token: other.token });
    await store.disable(one._id);
    expect(await store.findByToken(token)).toBeNull();
  });

  it('has a hundred further tokens at most, the newest ones', async () => {
    const id = unique('visitor');
    const given = Array.from({ length: 102 }, (_, index) => `${id} ${index}`);
    let minute = 0;
    const counting = createFurtherTokenStore(db, () => {
      minute += 1;
      return new Date(minute * 60_000);
    });
    for (const token of given) await counting.add(token, id);
    expect(await counting.list(id)).toEqual(given.slice(2).reverse());
    expect(await counting.find(given[0] ?? '')).toBeNull();
  });

  it('is not created with a token that has become one of somebody else meanwhile', async () => {
    const person = visitorOf();
    await store.create(person, [tokenKey(person)]);
    const token = unique('token');
    await furtherTokens.add(token, person._id);
    const newcomer = visitorOf({ token });
    expect(await store.create(newcomer, [tokenKey(newcomer)])).toBeNull();
    expect(await store.findByToken(token)).toMatchObject({ _id: person._id });
    expect(await visitors.findOne({ _id: newcomer._id })).toMatchObject({ disabled: true });
  });

  it('stays if another registration has found it meanwhile, and given it another token beside its own', async () => {
    const [visitor, other] = [visitorOf(), unique('token')];
    const first = visitor.token ?? '';
    const find = async (token: string): Promise<string | null> => {
      await furtherTokens.add(token, visitor._id);
      await store.update(visitor._id, { kind: 'id', value: visitor._id }, { token: other });
      return furtherTokens.find(token);
    };
    expect(await storeWith({ find }).create(visitor, [tokenKey(visitor)])).toMatchObject(visitor);
    expect(await store.findByToken(first)).toMatchObject({ _id: visitor._id, token: first });
    expect(await store.findByToken(other)).toMatchObject({ _id: visitor._id, token: other });
  });

  it('stays if another registration has given it its token, though its own has become one of somebody else', async () => {
    const [person, visitor, other] = [visitorOf(), visitorOf(), unique('token')];
    await store.create(person, [tokenKey(person)]);
    const find = async (token: string): Promise<string | null> => {
      await store.update(visitor._id, { kind: 'id', value: visitor._id }, { token: other });
      await furtherTokens.add(token, person._id);
      return furtherTokens.find(token);
    };
    expect(await storeWith({ find }).create(visitor, [tokenKey(visitor)])).toBeNull();
    expect(await store.findByToken(visitor.token ?? '')).toMatchObject({ _id: person._id });
    expect(await store.findByToken(other)).toMatchObject({ _id: visitor._id });
  });

  it('gathers what is found in its messages, each once', async () => {
    const visitor = visitorOf({ phone: [{ phoneNumber: '1' }] });
    await store.create(visitor, [tokenKey(visitor)]);
    const found = { emails: ['a@x.io'], phones: ['1', '2'] };
    await Promise.all([store.addContactData(visitor._id, found), store.addContactData(visitor._id, found)]);
    expect(await store.findEnabledById(visitor._id)).toMatchObject({
      phone: [{ phoneNumber: '1' }, { phoneNumber: '2' }],
      visitorEmails: [{ address: 'a@x.io' }],
    });
  });

  it('gathers nothing any more once it is deleted', async () => {
    const visitor = visitorOf();
    await store.create(visitor, [tokenKey(visitor)]);
    await store.disable(visitor._id);
    await store.addContactData(visitor._id, { emails: ['a@x.io'], phones: ['1'] });
    const kept = { _id: visitor._id, disabled: true, _updatedAt: clock() };
    expect(await visitors.findOne({ _id: visitor._id })).toEqual(kept);
  });

  it('is not changed any more once it is deleted, whatever it still holds', async () => {
    const phone = unique('+55');
    const visitor = visitorOf({ phone: [{ phoneNumber: phone }], disabled: true });
    await visitors.insertOne(visitor);
    expect(await store.update(visitor._id, phoneKey(phone), { name: 'Ann' })).toBeNull();
    expect(await visitors.findOne({ _id: visitor._id })).toEqual(visitor);
  });

  it('is reported each time, and not if nothing was written', async () => {
    const visitor = visitorOf();
    await store.create(visitor, [tokenKey(visitor)]);
    await store.update(visitor._id, tokenKey(visitor), { name: 'Ann' });
    await store.setCustomFields(visitor._id, { always: { a: '1' }, ifAbsent: {} });
    await store.disable(visitor._id);
    await store.update(visitor._id, tokenKey(visitor), { name: 'Bea' });
    const changed = ['changed', visitor._id];
    expect(notes).toEqual([['added', visitor._id], changed, changed, changed]);
  });
});

describe('a database that holds duplicates of a token', () => {
  it('keeps the index from being unique, and claims see to it that there are no more', async () => {
    const old = client.db(unique('foyer_test_old'));
    const documents = old.collection<Visitor>('rocketchat_livechat_visitor');
    const twins = [1, 2].map((n) => ({ _id: `twin${n}`, token: 'twin', ts: new Date(n) }));
    await documents.insertMany(twins);
    const nonUniqueIndexes = await ensureIndexes(old, visitorIndexes);
    expect(nonUniqueIndexes).toEqual(new Set([tokenIndexName]));
    const tokenIsUnique = () => !nonUniqueIndexes.has(tokenIndexName);
    const oldStore = createVisitorStore(old, { clock, furtherTokens, tokenIsUnique, reporter: unreported });
    expect(await oldStore.findByKey({ kind: 'token', value: 'twin' })).toMatchObject({ _id: 'twin1' });
    const racers = Array.from({ length: 10 }, () => visitorOf({ token: 'new' }));
    const made = await Promise.all(racers.map((each) => oldStore.create(each, [tokenKey(each)])));
    expect(made.filter((each) => each !== null)).toHaveLength(1);
    expect(await documents.countDocuments({ token: 'new' })).toBe(1);
    expect(await documents.find({ token: 'twin' }).toArray()).toEqual(twins);
    await old.dropDatabase();
  });
});
