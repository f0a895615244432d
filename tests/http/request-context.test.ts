import request from 'supertest';
import { useService } from '../support/use-service.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('the id of a request', () => {
  const { service } = useService();
  const answeredId = async (given?: string) => {
    const asking = request(service.app).get('/api/info');
    const { headers } = await (given === undefined ? asking : asking.set('X-Request-Id', given));
    return headers['x-request-id'];
  };

  it('is the one that a proxy gave, and goes with the answer', async () => {
    for (const id of ['7f3a', 'edge.eu-1_42', 'x'.repeat(128)]) expect(await answeredId(id)).toBe(id);
  });

  it('is a new one where none was given', async () => {
    const [first, second] = [await answeredId(), await answeredId()];
    expect(first).toMatch(uuid);
    expect(second).toMatch(uuid);
    expect(second).not.toBe(first);
  });

  it.each(['two words', '{"level":50}', 'a;b', 'x'.repeat(129)])(
    'is a new one where what was given does not belong into a log: %s',
    async (given) => {
      expect(await answeredId(given)).toMatch(uuid);
    },
  );
});
