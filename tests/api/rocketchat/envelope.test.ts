import { apiClient } from '../../support/client.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';

const { anyone, admin, outsider } = useService();

const framing = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };

describe('an answer', () => {
  it('is plain JSON that is not cached, success or failure', async () => {
    const answers = [
      await admin.get('me'),
      await anyone.get('livechat/visitor/invalid'),
      await anyone.get('me'),
      await outsider.get('livechat/visitors.info', { visitorId: 'x' }),
      await admin.get('livechat/visitors.info'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 401, 403, 400]);
    for (const { headers } of answers) expect(headers).toMatchObject(framing);
  });

  it('ends with success: true', async () => {
    const { text } = await admin.get('livechat/visitor/invalid/room');
    expect(text).toBe('{"rooms":[],"success":true}');
  });

  it('begins with success: false, then says why, and shows the stack in TEST_MODE', async () => {
    const { body } = await anyone.get('livechat/visitor/invalid');
    expect(Object.keys(body)).toEqual(['success', 'error', 'stack', 'errorType']);
  });

  it('never shows a stack outside TEST_MODE', () =>
    withTestService({ TEST_MODE: '' }, async ({ app }) => {
      const { text } = await apiClient(app).get('livechat/visitor/invalid');
      expect(text).toBe('{"success":false,"error":"[invalid-token]","errorType":"invalid-token"}');
    }));
});
