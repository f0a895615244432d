import { methodNames, methodRegistry } from '../../../../src/api/rocketchat/methods/registry.ts';
import { wordingsByOperation } from '../../../../src/api/rocketchat/refusals.ts';
import { AppError } from '../../../../src/domain/errors.ts';
import { operations } from '../../../support/openapi.ts';
import { useService } from '../../../support/use-service.ts';

describe('the methods of the realtime protocol', () => {
  const { service } = useService();
  const user = { _id: 'ann', username: 'ann', roles: [] };
  const anyone = { user: undefined };

  it('are found by their listed names only', async () => {
    const call = methodRegistry(service.deps);
    for (const method of methodNames)
      expect(await call({ method, params: [] }, anyone)).toMatchObject({
        error: { error: 'error-not-allowed', details: { method } },
      });
    expect(await call({ method: 'constructor', params: [] }, { user })).toMatchObject({
      error: {
        error: 'error-invalid-params',
        message: "Method 'constructor' not found [error-invalid-params]",
      },
    });
  });

  it("answer the domain's refusals in their own words and pass faults on", async () => {
    const failing = (error: Error) =>
      methodRegistry({
        ...service.deps,
        access: { ...service.deps.access, hasPermission: () => true },
        customFields: { ...service.deps.customFields, remove: () => Promise.reject(error) },
      })({ method: 'livechat:removeCustomField', params: ['id'] }, { user });
    expect(await failing(new AppError('invalid-custom-field'))).toEqual({
      error: {
        isClientSafe: true,
        error: 'error-invalid-custom-field',
        reason: 'Custom field not found',
        details: { method: 'livechat:removeCustomField' },
        message: 'Custom field not found [error-invalid-custom-field]',
        errorType: 'Meteor.Error',
      },
    });
    await expect(failing(new TypeError('a fault'))).rejects.toThrow('a fault');
  });

  it('and the operations are the only ones with their own words', () => {
    const known = new Set<string>([...operations.map(({ id }) => id), ...methodNames]);
    expect(Object.keys(wordingsByOperation).filter((name) => !known.has(name))).toEqual([]);
  });
});
