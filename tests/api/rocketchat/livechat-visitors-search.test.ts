import { hashToken } from '../../../src/domain/accounts/login-tokens.ts';
import { useService } from '../../support/use-service.ts';
import { until } from '../../support/visitor-search.ts';
import { collection, defineCustomField, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();

const search = (query: Readonly<Record<string, unknown>>) => admin.get('livechat/visitors.search', query);
const found = async (term: string): Promise<{ _id: string }[]> => (await search({ term })).body.visitors;
const untilIndexed = () =>
  until(async () => (await search({ term: 'x' })).headers['x-foyer-search'] === undefined);

describe('searching visitors', () => {
  it('is for those who may see conversations', async () => {
    expect((await anyone.get('livechat/visitors.search', { term: 'nel' })).status).toBe(401);
    const userId = unique('user');
    const authToken = unique('token');
    const loginTokens = [{ hashedToken: hashToken(authToken), when: new Date() }];
    await service.db.collection<{ _id: string }>('users').insertOne({
      _id: userId,
      username: userId,
      roles: ['user'],
      active: true,
      services: { resume: { loginTokens } },
    } as { _id: string });
    const user = anyone.as({ userId, authToken });
    for (const path of ['livechat/visitors.search', 'omnichannel/contact.search']) {
      const answer = await user.get(path, { term: 'nel' });
      expect(answer.status).toBe(403);
      expect(answer.body.error).toBe(
        'User does not have the permissions required for this action [error-unauthorized]',
      );
    }
  });

  it('needs a term, though it may be empty', async () => {
    for (const query of [{}, { text: 'nel' }]) {
      const answer = await search(query);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        success: false,
        error: "must have required property 'term' [invalid-params]",
        errorType: 'invalid-params',
      });
    }
    expect((await search({ term: '' })).status).toBe(200);
  });

  it('finds a visitor as soon as they are registered, by name, username, e-mail and phone', async () => {
    const name = unique('Vi Sitor');
    const username = unique('user');
    const email = `${unique('vi')}@x.io`;
    const phone = unique('+49 ');
    const visitor = await registerVisitor(anyone, { name, username, email, phone });
    for (const term of [name, name.toUpperCase(), name.slice(3, 9), username, email, phone]) {
      const answer = await search({ term });
      expect(answer.body.visitors).toContainEqual({
        _id: visitor._id,
        username,
        name,
        phone: [{ phoneNumber: phone }],
        visitorEmails: [{ address: email }],
      });
    }
    const exact = await search({ term: email });
    expect(exact.text).toMatch(/"count":1,"offset":0,"total":1,"success":true}$/);
  });

  it('finds a phone number whose + the query string turned into a blank, and an address in another case', async () => {
    const digits = `4930${String(Date.now()).slice(-8)}`;
    const email = `${unique('case')}@x.io`;
    const { _id } = await registerVisitor(anyone, {
      phone: `+${digits.slice(0, 4)} ${digits.slice(4)}`,
      email,
    });
    for (const term of [`+${digits}`, `%2B${digits}`, email.toUpperCase()]) {
      const { body } = await admin.get(`livechat/visitors.search?term=${term}`);
      expect(body.visitors).toEqual([expect.objectContaining({ _id })]);
    }
    const contact = await admin.get(`omnichannel/contact.search?phone=+${digits}`);
    expect(contact.body.contact._id).toBe(_id);
  });

  it('follows a visitor through a change of name and a deletion', async () => {
    const [before, after] = [unique('Before'), unique('After')];
    const { token } = await registerVisitor(anyone, { name: before });
    expect(await found(before)).toHaveLength(1);
    await anyone.post('livechat/visitor', { visitor: { token, name: after } });
    expect(await found(before)).toEqual([]);
    expect(await found(after)).toHaveLength(1);
    await anyone.delete(`livechat/visitor/${token}`);
    expect(await found(after)).toEqual([]);
  });

  it('finds a visitor that a Rocket.Chat beside it has just stored', async () => {
    const name = unique('Beside');
    await collection(service.db, 'livechat_visitor').insertOne({
      _id: unique('id'),
      name,
      token: unique('token'),
      username: unique('guest'),
      ts: new Date(),
      _updatedAt: new Date(),
    });
    expect(await found(name)).toHaveLength(1);
  });

  it('shows the newest visitor first without a term, and never a token', async () => {
    const { _id } = await registerVisitor(anyone, {
      name: unique('Newest'),
      email: `${unique('n')}@x.io`,
      phone: unique('1'),
    });
    const { body } = await search({ term: '' });
    expect(body.visitors[0]).toEqual({
      _id,
      username: expect.any(String),
      name: expect.any(String),
      phone: [expect.any(Object)],
      visitorEmails: [expect.any(Object)],
    });
    const counted = await collection(service.db, 'livechat_visitor').countDocuments({
      _id: { $gt: '' },
      disabled: { $ne: true },
    });
    expect(body).toMatchObject({ total: counted, offset: 0, success: true });
  });

  it('takes a term literally, whatever it means elsewhere', async () => {
    const name = `${unique('a')}.*+?^$()[]{}|\\ 100% "quoted" 'x'`;
    await registerVisitor(anyone, { name });
    expect(await found(name)).toHaveLength(1);
    for (const term of ['^((a+)+)+$', '.*', '(', '\\', '$where', '{"$gt":""}', '%']) {
      expect((await search({ term })).status).toBe(200);
    }
    expect(await found(name.replace('.', 'x'))).toEqual([]);
  });

  it('searches the searchable custom fields of visitors, and no others', async () => {
    const [open, hidden] = [unique('open'), unique('hidden')];
    await defineCustomField(admin, { field: open, searchable: true });
    await defineCustomField(admin, { field: hidden, searchable: false });
    const text = unique('Wert');
    const custom = (key: string) => [{ key, value: `ein ${text} hier`, overwrite: true }];
    const visitor = await registerVisitor(anyone, { customFields: custom(open) });
    await registerVisitor(anyone, { customFields: custom(hidden) });
    expect((await found(text.toUpperCase())).map(({ _id }) => _id)).toEqual([visitor._id]);
    await untilIndexed();
    expect((await found(text.toUpperCase())).map(({ _id }) => _id)).toEqual([visitor._id]);
  });

  it('sorts by the last chat, oldest or newest first', async () => {
    const part = unique('Talker');
    const visitors = await Promise.all(
      [1, 2, 3].map((n) => registerVisitor(anyone, { name: `${part} ${n}` })),
    );
    for (const [index, day] of [2, 3, 1].entries()) {
      const lastChat = { _id: 'r', ts: new Date(Date.UTC(2020, 0, day)) };
      await collection(service.db, 'livechat_visitor').updateOne(
        { _id: visitors[index]?._id ?? '' },
        { $set: { lastChat, _updatedAt: new Date() } },
      );
    }
    const order = async (sort: string) =>
      (await search({ term: part, sort })).body.visitors.map(({ name }: { name: string }) => name.at(-1));
    expect(await order('{"lastChat.ts":1}')).toEqual(['3', '1', '2']);
    expect(await order('{"lastChat.ts":-1}')).toEqual(['2', '1', '3']);
    expect(await order('{"name":-1}')).toEqual(['3', '2', '1']);
    expect(await order('{"lastchat":1}')).toEqual(['3', '1', '2']);
    expect(await order('{"lastChat":-1}')).toEqual(['2', '1', '3']);
    expect((await search({ term: '', sort: '{"lastChat.ts":-1}', count: 2 })).body.count).toBe(2);
  });

  it('refuses an order that would require reading every visitor', async () => {
    for (const sort of ['{"ip":1}', '{"ts":-1,"name":1}', '{"ts":2}', 'ts', '5']) {
      const answer = await search({ term: '', sort });
      expect(answer.status).toBe(400);
      expect(answer.body.errorType).toBe('error-invalid-sort');
    }
    expect((await search({ term: '', offset: -1 })).status).toBe(400);
    expect((await search({ term: '', count: 'abc' })).body.error).toBe('must be number [invalid-params]');
  });

  it('returns pages', async () => {
    const part = unique('Page');
    for (const n of [1, 2, 3]) await registerVisitor(anyone, { name: `${part} ${n}` });
    const { body } = await search({ term: part, count: 2, offset: 2, sort: '{"name":1}' });
    expect(body).toMatchObject({ count: 1, offset: 2, total: 3, visitors: [{ name: `${part} 3` }] });
    expect((await search({ term: unique('nobody') })).body).toEqual({
      visitors: [],
      count: 0,
      offset: 0,
      total: 0,
      success: true,
    });
  });
});

describe('searching for a contact', () => {
  const contact = async (query: Readonly<Record<string, unknown>>) =>
    (await admin.get('omnichannel/contact.search', query)).body.contact;

  it('requires something to look for', async () => {
    for (const query of [{}, { email: '' }, { phone: '' }, { custom: '{}' }]) {
      const answer = await admin.get('omnichannel/contact.search', query);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.body).toMatchObject({
        error: '[error-invalid-params]',
        errorType: 'error-invalid-params',
      });
    }
    for (const custom of ['{a', '5', '[]', 'null', '"x"']) {
      const answer = await admin.get('omnichannel/contact.search', { custom });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toBe('[error-invalid-params-custom]');
    }
    expect((await anyone.get('omnichannel/contact.search', { email: 'a' })).status).toBe(401);
  });

  it('finds by a whole e-mail address and a whole phone number', async () => {
    const email = `${unique('c')}@x.io`;
    const phone = unique('+1 ');
    const { _id } = await registerVisitor(anyone, { name: 'Con Tact', email, phone });
    for (const query of [{ email }, { phone }, { email, phone }]) {
      const one = await contact(query);
      expect(one).toMatchObject({ _id, name: 'Con Tact', username: expect.any(String) });
      expect(one).toMatchObject({
        phone: [{ phoneNumber: phone }],
        visitorEmails: [{ address: email }],
      });
      expect(one).not.toHaveProperty('token');
    }
    expect(await contact({ email: email.slice(1) })).toBeNull();
    expect(await contact({ email, phone: `${phone}0` })).toBeNull();
  });

  it('does not match an address that has anything beside it', async () => {
    const address = `${unique('verified')}@x.io`;
    await collection(service.db, 'livechat_visitor').insertOne({
      _id: unique('id'),
      token: unique('token'),
      visitorEmails: [{ address, verified: true }],
      _updatedAt: new Date(),
    });
    expect(await contact({ email: address })).toBeNull();
  });

  it('finds by a part of a searchable custom field', async () => {
    const [address, size] = [unique('address'), unique('size')];
    await defineCustomField(admin, { field: address, searchable: true });
    await defineCustomField(admin, { field: size, searchable: false });
    const text = unique('Rocket.Chat street');
    const value = { overwrite: true, value: text };
    const { _id } = await registerVisitor(anyone, {
      customFields: [
        { ...value, key: address },
        { ...value, key: size },
      ],
    });
    const byFields = (fields: object) => contact({ custom: JSON.stringify(fields) });
    const check = async () => {
      expect(await byFields({ [address]: text.slice(0, -2).toUpperCase() })).toMatchObject({
        _id,
        livechatData: { [address]: text },
      });
      expect(await byFields({ [address]: '' })).toMatchObject({ _id });
      expect(await byFields({ [address]: text, unknown: 'x' })).toMatchObject({ _id });
      expect(await byFields({ [address]: text.replace('.', 'x') })).toBeNull();
      expect(await byFields({ [size]: text })).toBeNull();
    };
    await check();
    await untilIndexed();
    await check();
    const evil = [
      { unknown: 'x' },
      { unknown: 'x', other: 'y' },
      { $regex: 'Rocket' },
      { [address]: { $regex: 'Rocket' } },
      { [address]: ['Rocket'] },
      { [address]: '^((ab)+)+$' },
      { 'livechatData.x': 'Rocket' },
    ];
    for (const fields of evil) expect(await byFields(fields)).toBeNull();
    expect(await contact({ custom: '{"__proto__":{"x":1},"constructor":"x"}' })).toBeNull();
  });
});
