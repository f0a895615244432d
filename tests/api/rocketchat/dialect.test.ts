import request from 'supertest';
import { rocketChatBehaviour } from '../../../src/api/rocketchat/dialect.ts';
import { endpoint, type RocketChatEndpoint } from '../../../src/api/rocketchat/endpoint.ts';
import { plainError } from '../../../src/api/rocketchat/errors.ts';
import type { AccessControl } from '../../../src/domain/accounts/access.ts';
import { type Settings, settingDefaults } from '../../../src/domain/settings/settings.ts';
import { BodyBudget } from '../../../src/http/body-budget.ts';
import { createApplication } from '../../../src/http/express/application.ts';
import { Turns } from '../../../src/http/turns.ts';
import { createLogger } from '../../../src/observability/logger.ts';

interface Scene {
  readonly access: RocketChatEndpoint['access'];
  /** What the caller holds, who is nobody without it. */
  readonly permissions?: readonly string[];
  readonly overLimit?: boolean;
  readonly input?: () => Promise<object>;
}

/** The status that an endpoint answers with in a scene. */
async function statusIn({ access, permissions, overLimit = false, input = async () => ({}) }: Scene) {
  const user = { _id: 'ann', username: 'ann', roles: [] };
  const control: Partial<AccessControl> = {
    findUserByToken: async (userId, token) => (userId === 'ann' && token === 'token' ? user : null),
    hasPermission: (_user, permission) => permissions?.includes(permission) ?? false,
  };
  const settings = { get: (id: keyof typeof settingDefaults) => settingDefaults[id] } as Settings;
  const quota = { isExceeded: overLimit, limit: 1, remaining: 0, resetAt: new Date(), waitSeconds: 1 };
  const asked = endpoint<object>({
    operationId: 'asked',
    method: 'get',
    path: '/api/asked',
    access,
    input,
    handle: async () => ({}),
  });
  const manners = rocketChatBehaviour({ access: control as AccessControl, settings }, { showStacks: false });
  const app = createApplication({
    first: [],
    parts: [{ ...manners, endpoints: [asked] }],
    serving: {
      logger: createLogger('silent'),
      rateLimiter: () => quota,
      bodyBudget: new BodyBudget(),
      bans: { isBanned: () => false },
      turns: new Turns(8),
      withOutageDeadline: (work) => work(),
      forwardedCount: 0,
      databaseFaultOf: () => undefined,
    },
  });
  const headers = permissions ? { 'X-User-Id': 'ann', 'X-Auth-Token': 'token' } : {};
  return (await request(app).get('/api/asked').set(headers)).status;
}

describe('an endpoint', () => {
  const needsAll = { kind: 'all-of', permissions: ['read', 'write'] } as const;
  const needsAny = { kind: 'any-of', permissions: ['read', 'write'] } as const;

  it('for anyone serves anyone, one for users serves users', async () => {
    expect(await statusIn({ access: { kind: 'public' } })).toBe(200);
    expect(await statusIn({ access: { kind: 'user' } })).toBe(401);
    expect(await statusIn({ access: { kind: 'user' }, permissions: [] })).toBe(200);
  });

  it('that needs several permissions serves users with all of them', async () => {
    expect(await statusIn({ access: needsAll, permissions: ['read'] })).toBe(403);
    expect(await statusIn({ access: needsAll, permissions: ['write', 'read'] })).toBe(200);
  });

  it('that needs one of several permissions serves users with any of them', async () => {
    expect(await statusIn({ access: needsAny, permissions: ['other'] })).toBe(403);
    expect(await statusIn({ access: needsAny, permissions: ['write'] })).toBe(200);
  });

  it('checks who calls, whether they may, how often, and with what, in this order', async () => {
    const input = () => Promise.reject(plainError('wrong input'));
    expect(await statusIn({ access: needsAll, overLimit: true, input })).toBe(401);
    expect(await statusIn({ access: needsAll, permissions: [], overLimit: true, input })).toBe(403);
    const may = { access: needsAll, permissions: ['read', 'write'] };
    expect(await statusIn({ ...may, overLimit: true, input })).toBe(429);
    expect(await statusIn({ ...may, input })).toBe(400);
    expect(await statusIn(may)).toBe(200);
  });
});
