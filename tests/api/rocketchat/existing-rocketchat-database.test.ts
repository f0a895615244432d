import { MongoClient } from 'mongodb';
import { createLogger } from '../../../src/observability/logger.ts';
import { clientOf } from '../../support/accounts.ts';
import { type ApiClient, apiClient } from '../../support/client.ts';
import { type Snapshot, takeSnapshot } from '../../support/database-snapshot.ts';
import {
  createRocketChatIndexes,
  fillAsRocketChat,
  ids,
  secrets,
} from '../../support/rocketchat-database.ts';
import { freshDatabaseUrl, startTestService, type TestService } from '../../support/service.ts';
import { until } from '../../support/visitor-search.ts';

describe('a database that Rocket.Chat created', () => {
  const MONGO_URL = freshDatabaseUrl();
  const logLines: string[] = [];
  let client: MongoClient;
  let service: TestService;
  let before: Snapshot;
  let anyone: ApiClient;
  let admin: ApiClient;

  const start = () => {
    const logger = createLogger('warn', { write: (line) => void logLines.push(line) });
    return startTestService({ MONGO_URL }, { logger });
  };
  const search = async (term: string, sort?: string) =>
    admin.get('livechat/visitors.search', { term, ...(sort === undefined ? {} : { sort }) });

  beforeAll(async () => {
    client = await new MongoClient(MONGO_URL).connect();
    await fillAsRocketChat(client.db());
    before = await takeSnapshot(client.db());
    service = await start();
    anyone = apiClient(service.app);
    const { _id, token } = secrets.admin;
    admin = anyone.as({ userId: _id, authToken: token });
    await until(async () => (await search('x')).headers['x-foyer-search'] === undefined);
  });
  afterAll(async () => {
    await service.stop();
    await client.db().dropDatabase();
    await client.close();
  });

  it('is not changed when Foyer starts: no document, byte for byte, and no index', async () => {
    const after = await takeSnapshot(client.db());
    expect(before.documents.size).toBeGreaterThan(30);
    expect(after.documents).toEqual(before.documents);
    for (const [name, index] of before.indexes) expect(after.indexes.get(name)).toEqual(index);
    const added = [...after.indexes.keys()].filter((name) => !before.indexes.has(name));
    expect(added.length).toBeGreaterThan(10);
    for (const name of added) expect(name).toMatch(/ (foyer_\w+|_id_)$/);
  });

  it('still lets Rocket.Chat create all of its indexes', async () => {
    await createRocketChatIndexes(client.db());
  });

  it('has its duplicates reported, but not their values', () => {
    const reports = logLines.map((line) => JSON.parse(line));
    expect(reports).toContainEqual(
      expect.objectContaining({ index: 'foyer_visitor_token', collection: 'rocketchat_livechat_visitor' }),
    );
    expect(logLines.join()).not.toContain('twin-token');
  });

  it('lets its users in with their passwords and existing tokens', async () => {
    for (const { username, password, token, _id } of Object.values(secrets)) {
      const me = await (await clientOf(service.app, username, password)).get('me');
      expect(me.body).toMatchObject({ _id, username });
      expect((await anyone.as({ userId: _id, authToken: token }).get('me')).status).toBe(200);
      const wrong = await anyone.post('login', { user: username, password: `${password}!` });
      expect(wrong.status).toBe(401);
    }
    expect(await client.db().collection('users').countDocuments({ roles: 'admin' })).toBe(1);
  });

  it('is governed by its own permissions, custom roles and settings', async () => {
    const supporter = await clientOf(service.app, secrets.supporter.username, secrets.supporter.password);
    const agent = await clientOf(service.app, secrets.agent.username, secrets.agent.password);
    const found = await supporter.get('livechat/visitors.search', { term: '', count: 50 });
    expect(found.body).toMatchObject({ count: 2, total: 5 });
    expect((await agent.get('livechat/visitors.search', { term: '' })).status).toBe(403);
    expect((await admin.get('livechat/rooms')).status).toBe(403);
  });

  it('has visitors who are found by id and by token, even if they have hardly any fields', async () => {
    for (const [_id, token] of [
      [ids.oldVisitor, 'old-token'],
      [ids.newVisitor, 'new-token'],
      [ids.bareVisitor, 'bare-token'],
    ] as const) {
      const info = await admin.get('livechat/visitors.info', { visitorId: _id });
      expect(info.body.visitor).toMatchObject({ _id, token });
      expect((await anyone.get(`livechat/visitor/${token}`)).body.visitor).toMatchObject({ _id });
    }
    const disabled = await admin.get('livechat/visitors.info', { visitorId: ids.disabledVisitor });
    expect(disabled.status).toBe(400);
  });

  it('searches its visitors', async () => {
    const find = async (term: string) =>
      (await search(term)).body.visitors.map(({ _id }: { _id: string }) => _id).sort();
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['GROẞM', [ids.oldVisitor]],
      ['guest-2', [ids.oldVisitor]],
      ['gerda@example.org', [ids.oldVisitor]],
      ['55 51 5555-5555', [ids.oldVisitor]],
      ['köln', [ids.oldVisitor]],
      ['hidden', []],
      ['本', [ids.newVisitor]],
      ['twin@example.org', ids.twins],
      ['12345', ids.twins],
      ['twin', ids.twins],
    ];
    for (const [term, expected] of cases)
      expect({ term, ids: await find(term) }).toEqual({ term, ids: expected });
    const newest = (await search('')).body;
    expect(newest.total).toBe(5);
    expect(newest.visitors.slice(0, 2)).toMatchObject([{ _id: ids.newVisitor }, { _id: ids.twins[1] }]);
    const selector = JSON.stringify({ term: 'GER' });
    const suggested = await admin.get('livechat/visitors.autocomplete', { selector });
    expect(suggested.body.items).toMatchObject([{ _id: ids.oldVisitor }]);
    const contact = await admin.get('omnichannel/contact.search', { custom: '{"city":"STRASSE"}' });
    expect(contact.body.contact).toBeNull();
    const byCity = await admin.get('omnichannel/contact.search', { custom: '{"city":"straẞe 7"}' });
    expect(byCity.body.contact).toMatchObject({ _id: ids.oldVisitor });
  });

  it('finds its rooms, messages and pages', async () => {
    const { oldRoom, closedRoom, oldVisitor } = ids;
    const supporter = await clientOf(service.app, secrets.supporter.username, secrets.supporter.password);
    const history = await supporter.get(
      `livechat/visitors.chatHistory/room/${oldRoom}/visitor/${oldVisitor}`,
    );
    expect(history.body).toMatchObject({ total: 2, history: [{ _id: oldRoom }, { _id: closedRoom }] });
    const chats = `livechat/visitors.searchChats/room/${oldRoom}/visitor/${oldVisitor}`;
    expect((await supporter.get(chats, { searchText: 'darf es' })).body.history).toMatchObject([
      { _id: oldRoom },
    ]);
    const messages = await supporter.get(`livechat/${oldRoom}/messages`);
    expect(messages.body.messages.map(({ msg }: { msg: string }) => msg)).toEqual([
      'Was darf es sein?',
      'Guten Tag',
    ]);
    const ofVisitor = await anyone.get(`livechat/messages.history/${oldRoom}`, { token: 'old-token' });
    expect(ofVisitor.body.messages).toHaveLength(2);
    const pages = await supporter.get(`livechat/visitors.pagesVisited/${oldRoom}`);
    expect(pages.body).toMatchObject({ total: 1, pages: [{ msg: 'Shop - https://shop.example/cart' }] });
    const room = await anyone.get('livechat/room', { token: 'old-token' });
    expect(room.body).toMatchObject({ room: { _id: oldRoom }, newRoom: false });
  });

  it('keeps working with its duplicates as they are', async () => {
    const visitor = { token: 'twin-token', name: 'Twin again' };
    const answer = await anyone.post('livechat/visitor', { visitor });
    expect(answer.status).toBe(200);
    expect(ids.twins).toContain(answer.body.visitor._id);
    const byEmail = { token: 'twin-token-2', email: 'twin@example.org' };
    expect(ids.twins).toContain(
      (await anyone.post('livechat/visitor', { visitor: byEmail })).body.visitor._id,
    );
    expect((await search('twin')).body.total).toBe(2);
    const stored = await client
      .db()
      .collection('rocketchat_livechat_visitor')
      .find({ name: /^Twin/ })
      .toArray();
    expect(stored).toHaveLength(2);
  });

  it('gets new visitors and page views in the same form', async () => {
    const answer = await anyone.post('livechat/visitor', { visitor: { token: 'fresh', name: 'Fresh' } });
    expect(answer.body.visitor.username).toBe('guest-42');
    const pageInfo = { title: 'T', change: 'url', location: { href: 'https://shop.example/new' } };
    expect((await anyone.post('livechat/page.visited', { token: 'fresh', pageInfo })).status).toBe(200);
    expect((await search('fresh')).body.total).toBe(1);
  });

  it('is not changed by another start either', async () => {
    const settled = await takeSnapshot(client.db());
    const second = await start();
    await second.stop();
    expect((await takeSnapshot(client.db())).documents).toEqual(settled.documents);
  });
});

it('and a Rocket.Chat can start on a database that Foyer created', async () => {
  const service = await startTestService();
  try {
    await createRocketChatIndexes(service.db);
  } finally {
    await service.stop();
  }
});
