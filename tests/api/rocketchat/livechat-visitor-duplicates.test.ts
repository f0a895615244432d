import { apiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { collection, matchingOfRocketChat, registerVisitor, unique } from '../../support/visitors.ts';

const phone = [{ phoneNumber: '+55 51' }];
const visitorEmails = [{ address: 'twin@x.io' }];
const at = (day: number) => new Date(Date.UTC(2019, 4, day));
const twins = [
  { _id: 'Kx9aB7cD5eF3gH1iJ', token: 'twin', username: 'guest-1', ts: at(2), phone, visitorEmails },
  { _id: 'Lx9aB7cD5eF3gH1iJ', token: 'twin', username: 'guest-2', ts: at(1), phone, visitorEmails },
];

describe('a database with duplicates of a token, a phone number and an e-mail address', () => {
  let empty: TestService;
  let service: TestService;
  beforeAll(async () => {
    // The indexes of a first start are not there yet when Rocket.Chat makes duplicates.
    empty = await startTestService();
    await empty.db.dropDatabase();
    await collection(empty.db, 'livechat_visitor').insertMany(twins);
    service = await startTestService({
      MONGO_URL: empty.mongoUrl,
      LOG_LEVEL: 'silent',
      ...matchingOfRocketChat,
    });
  });
  afterAll(async () => {
    await service.stop();
    await empty.stop();
  });

  it('is not changed by the start', async () => {
    const stored = await collection(service.db, 'livechat_visitor').find({ token: 'twin' }).toArray();
    expect(stored).toEqual(expect.arrayContaining(twins));
    expect(stored).toHaveLength(2);
  });

  it.each([
    ['token', { token: 'twin' }],
    ['phone number', { phone: '+55 51' }],
    ['e-mail address', { email: 'twin@x.io' }],
  ])('serves the oldest of them by %s', async (_title, keys) => {
    const api = apiClient(service.app);
    const visitor = await registerVisitor(api, { name: 'Found', ...keys });
    const shown = await api.get(`livechat/visitor/${visitor.token}`);
    expect(shown.body.visitor._id).toBe(twins[1]?._id);
    expect(visitor._id).toBe(twins[1]?._id);
    const untouched = await collection(service.db, 'livechat_visitor').findOne({ _id: twins[0]?._id ?? '' });
    expect(untouched).toEqual(twins[0]);
  });

  it('gets no further duplicates, however many register at once', async () => {
    const api = apiClient(service.app);
    const token = unique('token');
    const visitors = await Promise.all(Array.from({ length: 20 }, () => registerVisitor(api, { token })));
    expect(new Set(visitors.map(({ _id }) => _id)).size).toBe(1);
    expect(await collection(service.db, 'livechat_visitor').countDocuments({ token })).toBe(1);
  });
});
