import { MongoClient } from 'mongodb';
import { apiClient } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { freshDatabaseUrl, startTestService, type TestService } from '../../support/service.ts';
import { unique } from '../../support/visitors.ts';

/** A database with so many documents that its indexes are built while the service is running. */
describe('on a large database without indexes', () => {
  const visitors = 'rocketchat_livechat_visitor';
  let services: TestService[] = [];
  let client: MongoClient;

  beforeAll(async () => {
    const MONGO_URL = freshDatabaseUrl();
    client = await new MongoClient(MONGO_URL).connect();
    const many = Array.from({ length: 10_001 }, (_, n) => ({
      token: `t${n}`,
      username: `guest-${n}`,
      ts: new Date(n),
    }));
    await client.db().collection(visitors).insertMany(many);
    services = await Promise.all([startTestService({ MONGO_URL }), startTestService({ MONGO_URL })]);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await client.db().dropDatabase();
    await client.close();
  });

  it('registers one visitor per token from the first moment, and has its indexes in the end', async () => {
    const token = unique('token');
    const ids = new Set<string>();
    // Where no query may read all documents, a client has to try again until the index for tokens stands.
    const register = ({ app }: TestService) =>
      eventually(async () => {
        const { status, body } = await apiClient(app).post('livechat/visitor', { visitor: { token } });
        expect(status).toBe(200);
        ids.add(body.visitor._id);
      });
    await Promise.all([...services, ...services, ...services].map(register));
    const names = async () => (await client.db().collection(visitors).indexes()).map(({ name }) => name);
    await eventually(async () => expect(await names()).toContain('foyer_visitor_token'));
    await Promise.all(services.map(register));
    expect(ids.size).toBe(1);
  });
});
