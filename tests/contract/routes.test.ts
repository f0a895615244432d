import { unversionedEndpoints, versionedEndpoints } from '../../src/api/rocketchat/routes.ts';
import { operations } from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';

interface Route {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
}

describe('the endpoints that are mounted', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  const mounted = (): Route[] =>
    Object.entries({
      '/api/v1': versionedEndpoints(service.deps),
      '/api': unversionedEndpoints(service.deps),
    }).flatMap(([base, endpoints]) =>
      endpoints.map(({ operationId, method, path }) => ({
        operationId,
        method,
        path: `${base}${path.replace(/:(\w+)/g, '{$1}')}`,
      })),
    );
  const byId = (a: Route, b: Route) => a.operationId.localeCompare(b.operationId);
  const documented = operations
    .filter(({ path }) => path.startsWith('/api/'))
    .map(({ id, method, path }): Route => ({ operationId: id, method, path }));

  it('are the operations of openapi.yaml, all of them and no other', () => {
    expect(mounted().sort(byId)).toEqual(documented.sort(byId));
  });
});
