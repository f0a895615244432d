import { foyer } from '../../src/api/foyer/dialect.ts';
import { liveChat } from '../../src/api/livechat/dialect.ts';
import { reveChat } from '../../src/api/revechat/dialect.ts';
import { rocketChat } from '../../src/api/rocketchat/dialect.ts';
import {
  type DialectName,
  dialectNames,
  dialectOf,
  type Operation,
  operations,
  operationsIn,
} from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { exampleParts, requestOf } from '../support/spec-requests.ts';
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
    service = await startTestService({ FOYER_DEMO: 'true' });
  });
  afterAll(() => service.stop());

  const endpointsOf = (dialect: DialectName) => {
    const dialects = {
      rocketchat: rocketChat(service.deps, { showStacks: false }),
      foyer: foyer(service.deps),
      livechat: liveChat(service.deps),
      revechat: reveChat(service.deps),
    };
    // LiveChat's are below `/v2`, too.
    return dialects[dialect].endpoints.filter(({ path }) => !path.startsWith('/v2/'));
  };

  const mounted = (dialect: DialectName): Route[] =>
    endpointsOf(dialect).map(({ operationId, method, path, access }) => ({
      operationId,
      method,
      path: path.replace(/:(\w+)/g, '{$1}'),
      secured: access.kind !== 'public',
    }));

  it.each(dialectNames)('are exactly the operations in openapi.yaml: %s', (dialect) => {
    const documented = operationsIn(dialect).map(
      ({ id, method, path, secured }): Route => ({ operationId: id, method, path, secured }),
    );
    expect(mounted(dialect).sort(byId)).toEqual(documented.sort(byId));
  });

  it.each(dialectNames)('take turns if their answers have pages, but not for one visitor: %s', (dialect) => {
    const inTurn = endpointsOf(dialect).filter(({ takesTurns }) => takesTurns === true);
    const ids = inTurn.map(({ operationId }) => operationId);
    const hasPages = ({ parameters, answers }: Operation) =>
      parameters.some(({ name }) => ['offset', 'page', 'page_no'].includes(name)) &&
      answers.some(({ status }) => status === 200);
    const paged = operationsIn(dialect).filter(hasPages);
    expect(ids).toEqual(expect.arrayContaining(paged.map(({ id }) => id)));
    expect(ids).not.toContain('livechat-visitors-info');
  });

  it('have a limit by visitor wherever anyone may call, except for logging in and the version', () => {
    const { endpoints } = rocketChat(service.deps, { showStacks: false });
    const open = endpoints.filter(({ access }) => access.kind === 'public');
    const others = open.filter(({ isLimitedByVisitor }) => !isLimitedByVisitor);
    expect(others.map(({ operationId }) => operationId).sort()).toEqual(['info', 'login']);
  });

  it('and what stands beside the API answer as documented', async () => {
    const wire = openWire(await service.start());
    const beside = operations.filter(({ path }) => dialectOf(path) === undefined);
    expect(beside.map(({ id }) => id).sort()).toEqual([
      'avatar',
      'docs',
      'file-upload',
      'foyer-js',
      'foyer-signs',
      'health',
      'home',
      'metrics',
      'ready',
      'widget',
      'widget-demo',
      'widget-file',
    ]);
    for (const operation of beside) {
      // There is no file yet.
      if (operation.method !== 'get' || operation.id === 'file-upload') continue;
      const { status } = await wire.sendChecked(requestOf(operation, exampleParts(operation)));
      expect([operation.id, status]).toEqual([operation.id, 200]);
    }
    wire.close();
  });
});
