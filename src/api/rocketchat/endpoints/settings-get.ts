import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { bareFailure } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('typed', { path: object({ _id: string('id') }) });

/** `GET settings/:_id`: the value in effect. Unknown and hidden settings are treated as missing. */
export const settingsGet = ({ settings }: Pick<Dependencies, 'settings'>) =>
  endpoint({
    operationId: 'settings-get',
    method: 'get',
    path: '/settings/:_id',
    access: { kind: 'all-of', permissions: ['view-privileged-setting'] },
    input: accepted,
    handle: async ({ _id }) => {
      const setting = await settings.find(_id);
      if (!setting) throw bareFailure();
      return { ...setting };
    },
  });
