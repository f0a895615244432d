import type { Clock } from '../../../domain/clock.ts';
import {
  type TestSessionReceiverDeps,
  testSessionReceiver,
} from '../../../domain/webhooks/test-session-receiver.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** A conversation that never was. */
const sampleOf = (now: Date): object => ({
  _id: 'sample',
  label: 'Sample conversation',
  topic: 'A test of the webhook',
  createdAt: now,
  lastMessageAt: now,
  tags: ['test'],
  customFields: { orderNumber: '1001' },
  visitor: {
    _id: 'sample-visitor',
    token: 'sample-token',
    name: 'Sample Visitor',
    username: 'guest-0',
    department: 'sales',
    ip: '192.0.2.1',
    os: 'Linux',
    browser: 'Firefox 120.0',
    customFields: { customerNumber: '7' },
    email: [{ address: 'visitor@example.org' }],
    phone: [{ phoneNumber: '+15550100' }],
  },
  agent: {
    _id: 'sample-agent',
    username: 'agent',
    name: 'Sample Agent',
    email: [{ address: 'agent@example.org', verified: true }],
  },
  type: 'LivechatSession',
  messages: [
    { username: 'guest-0', msg: 'Hello', ts: now },
    { username: 'agent', agentId: 'sample-agent', msg: 'Hello, how can I help?', ts: now },
  ],
});

/** `POST livechat/webhook.test`: posts a sample to the receiver of the webhook; any answer but 200 is a failure. */
export const livechatWebhookTest = (deps: TestSessionReceiverDeps & { readonly clock: Clock }) =>
  endpoint({
    operationId: 'livechat-webhook-test',
    method: 'post',
    path: '/livechat/webhook.test',
    access: { kind: 'all-of', permissions: ['view-livechat-webhooks'] },
    input: accepted,
    handle: async (_input, { signal }) => {
      await testSessionReceiver(deps, sampleOf(deps.clock()), signal);
      return {};
    },
  });
