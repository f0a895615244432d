import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { checked } from '../../support/client.ts';
import { useService } from '../../support/use-service.ts';

const { service } = useService();

describe('foyer.js', () => {
  it('may be loaded by pages of other sites', async () => {
    const answer = await checked(request(service.app).get('/foyer.js').set('Origin', 'https://shop.example'));

    expect(answer.headers).toMatchObject({
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': 'https://shop.example',
      'cache-control': 'public, max-age=3600',
    });
    expect(answer.text).toContain('data-key');
  });

  it('is smaller than 3 kB when it is compressed', async () => {
    const { text } = await request(service.app).get('/foyer.js');

    expect(gzipSync(text).length).toBeLessThan(3_000);
  });

  it('has nothing below it', async () => {
    expect((await request(service.app).get('/foyer.js/x')).status).toBe(404);
  });
});
