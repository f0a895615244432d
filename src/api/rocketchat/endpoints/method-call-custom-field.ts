import type { Dependencies } from '../../../domain/dependencies.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { customFieldData } from '../custom-field-data.ts';
import { endpoint } from '../endpoint.ts';
import { answerMethodCall, type MethodCall, readArgument } from '../method-call.ts';
import { userOf } from '../user-of.ts';
import { params } from '../validation/params.ts';
import { nullable, object, oneOf, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

type Deps = Pick<Dependencies, 'access' | 'customFields'>;

const method = oneOf('livechat:saveCustomField', 'livechat:removeCustomField');

const accepted = params('typed', { path: object({ method }), body: object({ message: string() }) });

/**
 * `POST method.call/livechat:saveCustomField` and `…:removeCustomField`: how clients up to 7.x define custom fields.
 * As in Rocket.Chat the method that the message names is the one that is called, whatever the path says.
 */
export const methodCallCustomField = (deps: Deps) =>
  endpoint({
    operationId: 'method-call-custom-field',
    method: 'post',
    path: '/method.call/:method',
    access: { kind: 'user' },
    rateLimit: false,
    input: accepted,
    handle: ({ message }, caller) => answerMethodCall(message, (call) => run(deps, caller, call)),
  });

async function run({ access, customFields }: Deps, caller: Caller, call: MethodCall): Promise<unknown> {
  const details = { method: call.method };
  if (!access.hasPermission(userOf(caller), 'view-livechat-manager'))
    throw new AppError('error-not-allowed', { reason: 'Not allowed', details });
  if (call.method === 'livechat:removeCustomField') {
    if (await customFields.remove(readArgument(string(), call.params[0])))
      return { acknowledged: true, deletedCount: 1 };
    throw new AppError('error-invalid-custom-field', { reason: 'Custom field not found', details });
  }
  if (call.method !== 'livechat:saveCustomField')
    throw new AppError('error-invalid-params', { reason: `Method '${call.method}' not found` });
  const id = readArgument(nullable(string()), call.params[0] ?? null);
  const { field, ...given } = readArgument(customFieldData, call.params[1]);
  const data = withoutNulls(given);
  const saved = id ? await customFields.update(id, data) : await customFields.create(field, data);
  if (saved) return saved;
  const reason = id ? 'Custom Field Not found' : 'Custom field name already exists';
  throw new AppError(id ? 'error-invalid-custom-field' : 'error-custom-field-name-already-exists', {
    reason,
    details,
  });
}
