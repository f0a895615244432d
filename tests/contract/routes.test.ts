import { rocketChat } from '../../src/api/rocketchat/dialect.ts';
import { operations } from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { openWire } from '../support/wire.ts';

interface Route {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  /** Whether it needs a user. */
  readonly secured: boolean;
}

const byId = (a: Route, b: Route) => a.operationId.localeCompare(b.operationId);

describe('the endpoints that are mounted', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  const mounted = (): Route[] =>
    rocketChat(service.deps, { showStacks: false }).endpoints.map(
      ({ operationId, method, path, access }) => ({
        operationId,
        method,
        path: path.replace(/:(\w+)/g, '{$1}'),
        secured: access.kind !== 'public',
      }),
    );

  it('are exactly the operations in openapi.yaml', () => {
    const documented = operations
      .filter(({ path }) => path.startsWith('/api/'))
      .map(({ id, method, path, secured }): Route => ({ operationId: id, method, path, secured }));
    expect(mounted().sort(byId)).toEqual(documented.sort(byId));
  });

  it('have a limit by visitor wherever anyone may call, except for logging in and the version', () => {
    const { endpoints } = rocketChat(service.deps, { showStacks: false });
    const open = endpoints.filter(({ access }) => access.kind === 'public');
    const others = open.filter(({ isLimitedByVisitor }) => !isLimitedByVisitor);
    expect(others.map(({ operationId }) => operationId).sort()).toEqual(['info', 'login']);
  });

  it('and what stands beside the API answer as documented', async () => {
    const wire = openWire(await service.start());
    const beside = operations.filter(({ path }) => !path.startsWith('/api/'));
    expect(beside.map(({ id }) => id).sort()).toEqual(['docs', 'health', 'home', 'metrics', 'ready']);
    for (const { path } of beside) {
      expect((await wire.sendChecked({ method: 'GET', path })).status).toBe(200);
    }
    wire.close();
  });
});
