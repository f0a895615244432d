import { type ChangeSettingDeps, changeSettings } from '../../../domain/settings/change-setting.ts';
import { settingDefinitions } from '../../../domain/settings/settings.ts';
import { appearanceSettings } from '../appearance-settings.ts';
import { endpoint } from '../endpoint.ts';
import { bareFailure, plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { anyOf, arrayOf, object, string } from '../validation/schema.ts';

// Numbers and truth values are read as texts, as which a form may send them, too.
const value = anyOf(string('setting'), arrayOf(string('setting')));

const accepted = params('legacy', { body: arrayOf(object({ _id: string('id'), value }), 1) });

/** A value in the type of its setting. As in Rocket.Chat, a text that stands for none is `false` or 0. */
function inTypeOf(id: string, given: string | string[]): unknown {
  const type = typeof settingDefinitions.get(id)?.value;
  if (type === 'boolean') return given === 'true';
  if (type === 'number') return wholeNumberOf(String(given));
  return given;
}

function wholeNumberOf(text: string): number {
  const number = Number.parseInt(text, 10);
  return Number.isSafeInteger(number) ? number : 0;
}

/** `POST livechat/appearance`: changes settings of the widget, all of which are checked first. */
export const livechatAppearancePost = (deps: ChangeSettingDeps) =>
  endpoint({
    operationId: 'livechat-appearance-post',
    method: 'post',
    path: '/livechat/appearance',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ items }) => {
      if (!items.every(({ _id }) => appearanceSettings.includes(_id))) throw plainError('invalid-setting');
      const given = items.map(({ _id, value: text }) => ({ _id, value: inTypeOf(_id, text) }));
      if (!(await changeSettings(deps, given))) throw bareFailure();
      return {};
    },
  });
