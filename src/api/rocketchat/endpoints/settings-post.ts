import { type ChangeSettingDeps, changeSetting } from '../../../domain/settings/change-setting.ts';
import { endpoint } from '../endpoint.ts';
import { bareFailure } from '../errors.ts';
import { params } from '../validation/params.ts';
import { any, object, openObject, string } from '../validation/schema.ts';

const value = any('setting');

const accepted = params('typed', { path: object({ _id: string('id') }), body: openObject({ value }) });

/** `POST settings/:_id`: changes a setting. */
export const settingsPost = (deps: ChangeSettingDeps) =>
  endpoint({
    operationId: 'settings-post',
    method: 'post',
    path: '/settings/:_id',
    access: { kind: 'all-of', permissions: ['edit-privileged-setting'] },
    input: accepted,
    handle: async (input) => {
      if (!(await changeSetting(deps, input._id, input.value))) throw bareFailure();
      return {};
    },
  });
